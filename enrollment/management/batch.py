"""Finds the person that a word on the command line means: by subject, email address or user name."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from accounts.auth0.errors import TenantError
from accounts.identity import User, email_of, subject_of, users_named
from enrollment.audit.log import Refused
from enrollment.flows.reset import PartlyResetError
from enrollment.management.errors import Exit, command_error, sentences, status_of
from enrollment.management.output import factor_of
from enrollment.models.activity import Outcome


def find_people(words: Iterable[str]) -> list[User]:
    """Find all of them before anything is done to one; nobody twice."""
    return list({person.pk: person for person in map(find_person, words)}.values())


def find_person(word: str) -> User:
    """Find the one person of that subject, address or name; more than one, or none, is an error."""
    found: list[User] = list(users_named(word))
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
    candidates = "\n".join(
        f"  {subject_of(person) or person.get_username()}  {email_of(person)}" for person in found
    )
    return _("%(word)r is more than one person. Say which by subject:\n%(candidates)s") % {
        "word": word,
        "candidates": candidates,
    }


NOT_TRIED = "not_tried"


@dataclass(frozen=True)
class Result:
    """What an action gave: a line to read, and members for the JSON."""

    line: str
    members: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class BatchAction:
    """One thing to do; `label` names whom or what it is about, and `members` do so in the JSON."""

    label: str
    run: Callable[[], Result]
    members: dict[str, Any]


class Batch:
    """Runs actions; `entries` is the `results` list of the JSON, one entry an action, in their order."""

    def __init__(self, action: str, actions: Sequence[BatchAction], say: Callable[[str], None]) -> None:
        self.action = action
        self.actions = actions
        self.say = say
        self.entries: list[dict[str, Any]] = []
        self.failure: CommandError | None = None

    def run(self) -> None:
        for action in self.actions:
            if self.failure:
                self._note(action, NOT_TRIED)
            else:
                self._attempt(action)

    def _attempt(self, action: BatchAction) -> None:
        try:
            result = action.run()
        except (Refused, TenantError) as error:
            self.failure = self._ended(action, error)
        else:
            self._note(action, Outcome.DONE, **result.members)
            self.say(result.line)

    def _ended(self, action: BatchAction, error: Refused | TenantError) -> CommandError:
        status = status_of(error)
        refused = isinstance(error, Refused)
        outcome = Outcome.REFUSED if refused else Outcome.FAILED if status is Exit.FAILED else Outcome.UNKNOWN
        removed = error.removed if isinstance(error, PartlyResetError) else ()
        extra = {"removed": [factor_of(factor) for factor in removed]} if removed else {}
        done = any(entry["outcome"] == Outcome.DONE for entry in self.entries)
        self._note(action, outcome, str(error.code), **extra)
        ended = command_error(error, action.label, status=Exit.PARTLY if done else None)
        left = [other.label for other in self.actions[len(self.entries) :]]
        if not left:
            return ended
        not_tried = _("Not tried any more: %(labels)s.") % {"labels": ", ".join(left)}
        return CommandError(f"{ended}\n{not_tried}", returncode=ended.returncode)

    def _note(self, action: BatchAction, outcome: str, code: str = "", **members: Any) -> None:
        self.entries.append(
            {
                **action.members,
                "action": self.action,
                "outcome": str(outcome),
                "code": code,
                **members,
            }
        )
