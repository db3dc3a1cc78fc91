"""Have the tenant mail a link to choose a new password."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.auth0 import cache
from accounts.auth0.errors import Certainty, TenantError
from accounts.identity import User, subject_of
from enrollment.account.sign_in import has_own_password
from enrollment.actors import Actor
from enrollment.audit.log import Attempt, Refused, logged
from enrollment.flows.change import check_permission, throttle
from enrollment.flows.ticket import MailUnsure
from enrollment.gateways.password import PasswordDirectory, PasswordGateway, PasswordLogin
from enrollment.models.activity import Action

# One person's mailbox gets one in so long, however often the button is pressed.
EVERY_SECONDS = 60


def send_password_link(actor: Actor, subject: User) -> str:
    """Have it mailed to the address that the tenant has, and return that.

    It asks for no more proof than being signed in, and a lock does not stop it: the link reaches the owner of
    the mailbox alone, and somebody who shuts a thief out needs a new password first of all.
    """
    attempt = Attempt(actor, subject, Action.PASSWORD_LINK_SENT, told=False)
    with logged(attempt):
        throttle(actor)
        check_permission(actor, subject)
        if not actor.is_self(subject):
            raise Refused("not-for-others", _("People change their passwords themselves."))
        sub = subject_of(subject)
        login = PasswordDirectory.current().login_of(sub) if has_own_password(sub) else None
        if login is None:
            raise Refused("no-password", _("You sign in without a password of this site's sign-in service."))
        _check_turn(subject)
        attempt.begin()
        _send(login, actor)
    return login.email


def _check_turn(subject: User) -> None:
    if not cache.claim(f"enrollment:password-link:{subject.pk}", EVERY_SECONDS):
        sentence = ngettext(
            "A link was sent less than %(count)d second ago. Check your inbox and your spam folder.",
            "A link was sent less than %(count)d seconds ago. Check your inbox and your spam folder.",
            EVERY_SECONDS,
        )
        raise Refused("too-soon", sentence % {"count": EVERY_SECONDS}, is_news=False)


def _send(login: PasswordLogin, actor: Actor) -> None:
    try:
        PasswordGateway.current().send_link(login, actor.ip)
    except TenantError as error:
        if error.outcome is Certainty.UNKNOWN:
            raise MailUnsure(error, is_own=True) from None
        raise
