"""Emails to the person whose account was changed: written here, delivered once the response has gone."""

import logging
from typing import TYPE_CHECKING

from django.db import DatabaseError, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.identity import User, email_of, subject_of
from accounts.languages import active_language, chosen_language, language_of
from enrollment import conf
from enrollment.account.sign_in import has_own_password
from enrollment.actors import Actor
from enrollment.audit.dispatch import note_written
from enrollment.models.activity import WHILE_LOCKED, Action, ActivityEvent
from enrollment.models.outbox import OutboxEmail, new_email

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


logger = logging.getLogger(__name__)

SUBJECTS: "dict[str, StrOrPromise]" = {
    Action.FACTOR_ADDED: gettext_lazy("A factor was added to your account"),
    Action.FACTOR_REMOVED: gettext_lazy("A factor was removed from your account"),
    Action.FACTOR_RENAMED: gettext_lazy("A factor of your account was renamed"),
    Action.FACTORS_RESET: gettext_lazy("All factors were removed from your account"),
    Action.RECOVERY_CODE_MADE: gettext_lazy("A new recovery code was made for your account"),
    Action.LINK_MADE: gettext_lazy("A link to add a factor to your account was made"),
    Action.ALARM_RAISED: gettext_lazy("Somebody said “this wasn't me” on your account"),
    Action.LOCKED: gettext_lazy("Your account was frozen"),
    Action.UNLOCKED: gettext_lazy("Your account can be changed again"),
    Action.BROWSERS_FORGOTTEN: gettext_lazy("Remembered browsers of your account were forgotten"),
    Action.SESSION_ENDED: gettext_lazy("A device was signed out of your account"),
    Action.DEVICE_NEW: gettext_lazy("New sign-in to your account"),
    Action.OTHER_SESSIONS_ENDED: gettext_lazy("All other devices were signed out of your account"),
}
# Where the link of an email leads; it never does anything by itself.
PAGES: dict[str, str] = {
    Action.ALARM_RAISED: "enrollment:activity",
    Action.UNLOCKED: "enrollment:activity",
    Action.DEVICE_NEW: "enrollment:sessions",
    Action.SESSION_ENDED: "enrollment:sessions",
    Action.OTHER_SESSIONS_ENDED: "enrollment:sessions",
}


def queue_notice(person: User, actor: Actor, event: ActivityEvent) -> bool:
    """Write to a person of an event, unless that was done; say whether they are emailed. Never raises."""
    if has_notice(event):
        return True
    try:
        with transaction.atomic():
            return save_notice(compose_notice(person, actor, event))
    except DatabaseError:
        logger.exception("No email to user %s about %s", person.pk, event.action)
        return False


def has_notice(event: ActivityEvent) -> bool:
    """Whether its person is told of it by email, or was."""
    email: OutboxEmail | None = getattr(event, "email", None)
    return event.pk is not None and email is not None and not email._state.adding  # noqa: SLF001 - public


def compose_notice(person: User, actor: Actor, event: ActivityEvent) -> OutboxEmail | None:
    """Write what was done to somebody's account into a row, not saved yet; None where that is impossible.

    What was done stays done, and is answered, whatever a template does.
    """
    if not email_of(person):
        logger.warning("No e-mail address to tell user %s about %s", person.pk, event.action)
        return None
    try:
        language = _language(person, actor)
        with translation.override(language):
            subject, body = _subject(event), _body(person, actor, event)
    except Exception:  # a site's own template raises what it likes
        logger.exception("Could not tell user %s about %s", person.pk, event.action)
        return None
    return new_email(event, language, to=email_of(person), subject=subject, body=body)


def save_notice(email: OutboxEmail | None) -> bool:
    """Save a row in the transaction that is open; it is delivered once the response has gone."""
    if email is None:
        return False
    email.save(force_insert=True)
    note_written()
    return True


def _subject(event: ActivityEvent) -> str:
    if event.code == WHILE_LOCKED:
        return _("A factor was added while your account was locked")
    return str(SUBJECTS[event.action])


def _language(person: User, actor: Actor) -> str:
    """What they chose; else what they are reading at this moment. Whoever else does it may read another."""
    is_reading = actor.is_self(person) and not chosen_language(person)
    return active_language() if is_reading else language_of(person)


def _body(person: User, actor: Actor, event: ActivityEvent) -> str:
    site = conf.site_url() or actor.site_url
    context = {
        "person": person,
        "event": event,
        "by_self": actor.is_self(person),
        "site": site,
        "own_password": has_own_password(subject_of(person)),
        "link": f"{site}{reverse(PAGES.get(event.action, 'enrollment:security'))}" if site else "",
    }
    return render_to_string(f"enrollment/mail/{event.action.replace(':', '-')}.txt", context)
