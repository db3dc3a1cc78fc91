"""E-mails to the person whose account was changed; one that cannot be sent is logged, no more."""

import logging
from typing import TYPE_CHECKING

from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.identity import User, email_of
from accounts.languages import active_language, chosen_language, language_of
from enrollment import conf
from enrollment.actors import Actor
from enrollment.models.activity import WHILE_LOCKED, Action, ActivityEvent

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
}
# Where the link of an e-mail leads; it never does anything by itself.
PAGES: dict[str, str] = {Action.ALARM_RAISED: "enrollment:activity", Action.UNLOCKED: "enrollment:activity"}


def send_notice(person: User, actor: Actor, event: ActivityEvent) -> bool:
    """Tell a person what was done to their account, and return whether the mail server took it.

    What was done stays done when it is down.
    """
    if not email_of(person):
        logger.warning("No e-mail address to tell user %s about %s", person.pk, event.action)
        return False
    try:
        with translation.override(_language(person, actor)):
            send_mail(_subject(event), _body(person, actor, event), None, [email_of(person)])
    except Exception:  # mail backends raise what they like; the change is made and must be answered
        logger.exception("Could not tell user %s about %s", person.pk, event.action)
        return False
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
        "link": f"{site}{reverse(PAGES.get(event.action, 'enrollment:security'))}" if site else "",
    }
    return render_to_string(f"enrollment/mail/{event.action.replace(':', '-')}.txt", context)
