"""Remove all of somebody's second factors: the way back for a person who lost them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.auth0.errors import Certainty, TenantError
from accounts.identity import User, email_of, subject_of
from enrollment.account.methods import Factor
from enrollment.account.removal import MfaRequirement, removal
from enrollment.account.settlement import Expected
from enrollment.account.sign_in import SignIn
from enrollment.actors import Actor
from enrollment.audit.log import Attempt, Refused, logged
from enrollment.flows.change import authorized_change
from enrollment.flows.enroll.resume import cancel_all
from enrollment.flows.methods import delete
from enrollment.flows.revocations import forget_browsers_at_tenant
from enrollment.flows.ticket import invite
from enrollment.gateways.sign_in import sign_in_of
from enrollment.gateways.tenant_policy import mfa_requirement
from enrollment.models.activity import Action


@dataclass(frozen=True)
class Reset:
    removed: tuple[Factor, ...]
    kept: tuple[Factor, ...]
    invited: bool


@dataclass(frozen=True)
class ResetPlan:
    """What a reset would mean; `remaining` is computed as for a removal, once all of it is gone."""

    going: tuple[Factor, ...]
    kept: tuple[Factor, ...]
    remaining: tuple[str, ...]


class PartlyResetError(TenantError):
    """Some factors are gone, or a link is on its way, and then something failed; `removed` says which."""

    def __init__(self, error: TenantError, removed: Sequence[Factor]) -> None:
        super().__init__(error.code, Certainty.UNKNOWN, status=error.status, retry_after=error.retry_after)
        self.removed = tuple(removed)

    @property
    def consequence(self) -> str:
        if not self.removed:
            return _(
                "A link to add a new factor is on its way; the rest failed. Check the list, and do it again."
            )
        titles = ", ".join(factor.title for factor in self.removed)
        return _("Removed so far: %(titles)s. Check the list, and do it again.") % {"titles": titles}


def reset_plan(factors: Sequence[Factor], sign_in: SignIn, *, passkeys: bool = False) -> ResetPlan:
    """Say what resetting an account with these factors would leave; changes nothing."""
    going = tuple(factor for factor in factors if _goes(factor, passkeys=passkeys))
    kept = tuple(factor for factor in factors if factor not in going)
    if not going:
        return ResetPlan(going, kept, ())
    last = removal(going[-1], (*kept, going[-1]), MfaRequirement.NONE, sign_in)
    return ResetPlan(going, kept, last.remaining)


def reset_factors(actor: Actor, subject: User, *, passkeys: bool = False, invitation: bool = False) -> Reset:
    """Remove every second factor, and passkeys if asked to; then forget the remembered browsers.

    Where a second factor is demanded of this person, they must not be left without a way to a new one: it
    takes `invitation`, and first mails a link to add one to the account's own address.
    """
    whole = Attempt(actor, subject, Action.FACTORS_RESET, has_parts=True)
    with logged(whole), authorized_change(actor, subject) as factors:
        check_reset(actor, subject, invitation=invitation)
        plan = reset_plan(factors, sign_in_of(subject_of(subject), may_call=False), passkeys=passkeys)
        whole.begin(Expected.without(plan.going))
        # Whoever holds the account now must not finish behind this what they have begun to add.
        cancel_all(subject)
        if invitation:
            link = Attempt(actor, subject, Action.LINK_MADE, told=False)  # the tenant mails it
            with logged(link):
                link.begin()
                invite(subject, None, send_mail=True)
        _remove_all(whole, subject, plan.going, invited=invitation)
    return Reset(plan.going, plan.kept, invitation)


def check_reset(actor: Actor, subject: User, *, invitation: bool) -> None:
    """Raise `Refused` where a reset must not be; the flow asks again, this is for who asks ahead."""
    if actor.is_self(subject):
        raise Refused(
            "not-for-oneself", _("This is for somebody else's account. Remove your factors one by one.")
        )
    if not invitation and mfa_requirement(subject).demands:
        sentence = _("This person must have a second factor: send a link to add one along with it.")
        raise Refused("invitation-needed", sentence)
    if invitation and not email_of(subject):
        raise Refused("no-address", _("This account has no e-mail address to send a link to."))


def _goes(factor: Factor, *, passkeys: bool) -> bool:
    return (factor.removable and factor.is_second_factor) or (passkeys and is_removable_first_factor(factor))


def is_removable_first_factor(factor: Factor) -> bool:
    """Whether it is a passkey, or what is like one."""
    return factor.removable and factor.kind.first_factor


def _remove_all(whole: Attempt, subject: User, chosen: Sequence[Factor], *, invited: bool) -> None:
    removed: list[Factor] = []
    try:
        for factor in chosen:
            part = Attempt(whole.actor, subject, Action.FACTOR_REMOVED, part_of=whole.operation).about(factor)
            with logged(part):
                part.begin(Expected.without([factor]))
                delete(subject, factor)
            removed.append(factor)
        forget_browsers_at_tenant(subject)
    except TenantError as error:
        if removed or invited:
            raise PartlyResetError(error, removed) from None
        raise
