"""Finds the person that a word on the command line means: by subject, e-mail address or user name."""

from collections.abc import Iterable

from django.core.management.base import CommandError
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from enrollment.management.problems import sentences


def find_people(words: Iterable[str]) -> list[User]:
    """Find all of them before anything is done to one; nobody twice."""
    return list({person.pk: person for person in map(find_person, words)}.values())


def find_person(word: str) -> User:
    """Find the one person of that subject, address or name; more than one, or none, is an error."""
    found = list(User.objects.filter(Q(sub=word) | Q(email__iexact=word) | Q(username=word)).order_by("pk"))
    if not found:
        raise CommandError(_nobody(word))
    if len(found) > 1:
        raise CommandError(_several(word, found))
    return found[0]


def _nobody(word: str) -> str:
    return sentences(
        _("Nobody with the subject, e-mail address or user name %(word)r has signed in here.")
        % {"word": word},
        _("Look the person up in the admin's list of users, or let them sign in once."),
    )


def _several(word: str, found: list[User]) -> str:
    candidates = "\n".join(f"  {person.sub or person.username}  {person.email}" for person in found)
    return _("%(word)r is more than one person. Say which by subject:\n%(candidates)s") % {
        "word": word,
        "candidates": candidates,
    }
