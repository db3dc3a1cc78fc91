"""Make a link to the tenant's own enrollment page, to add a factor with."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.auth0.errors import Certainty, TenantError
from accounts.identity import User, email_of, subject_of
from accounts.languages import language_of
from enrollment.actors import Actor
from enrollment.audit.log import Attempt, Refused, logged
from enrollment.flows.change import authorized_change
from enrollment.flows.enroll.authorize import requirement_to_add
from enrollment.gateways.management import ManagementGateway
from enrollment.gateways.tenant_policy import addable_kinds
from enrollment.kinds.base import Kind
from enrollment.models.activity import Action, ActivityEvent, Outcome

# Auth0 ends a link after that, or once it was used, and by no call sooner.
LINK_LIFE = timedelta(days=5)


@dataclass(frozen=True)
class OpenLink:
    """A link that works until it is used, for whoever has it."""

    made_at: datetime

    @property
    def works_until(self) -> datetime:
        return self.made_at + LINK_LIFE


def open_links(subject: User) -> tuple[OpenLink, ...]:
    """Return the links to add a factor that may still work, by the trail; one made elsewhere is not in it."""
    made = ActivityEvent.objects.of(subject).filter(
        action=Action.LINK_MADE,
        outcome__in=(Outcome.DONE, Outcome.UNKNOWN),
        at__gt=timezone.now() - LINK_LIFE,
    )
    return tuple(OpenLink(at) for at in made.values_list("at", flat=True))


@dataclass(frozen=True)
class Invitation:
    """`url` is for the account's owner or an operator, and only where no mail was asked for; else empty."""

    url: str = field(default="", repr=False)
    mailed_to: str = ""


class MailUnsure(TenantError):  # noqa: N818 - a state of things, not a fault
    """Nobody knows whether the tenant has sent a link; no list tells, the mailbox alone does."""

    def __init__(self, error: TenantError, *, is_own: bool) -> None:
        super().__init__(error.code, error.outcome, status=error.status, detail=error.detail)
        self.is_own = is_own

    @property
    def consequence(self) -> str:
        if self.is_own:
            return _("The email may be on its way: check your inbox.")
        return _("The email may be on its way: ask them to check their inbox.")


def send_ticket(
    actor: Actor, subject: User, kind: Kind | None = None, *, send_mail: bool = False
) -> Invitation:
    """Make a link to add a factor of a kind, or of any kind where none is said; good for five days, once.

    Whoever opens the link adds a factor to the account. So staff never get to see it: made by them for
    somebody else, it goes by mail to the account's own address. Operators could ask the tenant themselves.
    """
    attempt = Attempt(actor, subject, Action.LINK_MADE, kind.value if kind else "")
    with logged(attempt), authorized_change(actor, subject, partial(requirement_to_add, actor)):
        by_mail = send_mail or not (actor.is_self(subject) or actor.is_operator)
        check_ticket(subject, kind, send_mail=by_mail)
        attempt.begin()
        try:
            return invite(subject, kind, send_mail=by_mail)
        except TenantError as error:
            if by_mail and error.outcome is Certainty.UNKNOWN:
                raise MailUnsure(error, is_own=actor.is_self(subject)) from None
            raise


def invite(subject: User, kind: Kind | None, *, send_mail: bool) -> Invitation:
    """Ask the tenant for the link."""
    factor = kind.ticket if kind else None
    ticket = ManagementGateway.current().create_ticket(
        subject_of(subject), factor, send_mail=send_mail, language=language_of(subject)
    )
    return Invitation(mailed_to=email_of(subject)) if send_mail else Invitation(url=ticket.url)


def check_ticket(subject: User, kind: Kind | None, *, send_mail: bool) -> None:
    """Raise `Refused` where a link would lead nowhere, or has nobody to go to."""
    offered = addable_kinds()
    if kind is None and not offered:
        raise Refused("nothing-offered", _("The sign-in service offers no factor that could be added."))
    if kind is not None and kind not in offered:
        raise Refused("kind-not-offered", _("The sign-in service does not offer this kind of factor."))
    if send_mail and not email_of(subject):
        raise Refused("no-address", _("This account has no e-mail address to send a link to."))
