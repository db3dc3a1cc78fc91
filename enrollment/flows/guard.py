"""Who may touch whose account, and with what proof; every flow comes through here first."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.core.cache import cache
from django.utils.translation import gettext as _

from accounts.assurance import Requirement
from accounts.models import User
from accounts.step_up import require
from enrollment import directory
from enrollment.activity import Refused
from enrollment.actors import Actor
from enrollment.factors import Factor
from enrollment.flows.frozen import refuse_frozen
from enrollment.flows.pace import keep_pace
from enrollment.flows.proofs import requirement_for
from enrollment.flows.staff import for_administrators, refuse_staff_at_tenant
from enrollment.support import may_support

__all__ = ["opened", "owned", "permit", "prove", "refuse_frozen", "requirement_for"]

# Longer than the slowest flow: a lock that ends before its flow protects nothing.
LOCK_SECONDS = 120


@contextmanager
def opened(actor: Actor, subject: User) -> Iterator[tuple[Factor, ...]]:
    """Open an account for one change: permission, proof, and its factors as the tenant lists them now.

    One change at a time: two removals at once would each count on the factor that the other removes.
    """
    keep_pace(actor)
    permit(actor, subject)
    refuse_frozen(actor, subject)
    known = directory.known_factors_of(subject.sub or "")
    if known is not None or not actor.is_self(subject):
        prove(actor, subject, known)
    with _alone(subject):
        refuse_staff_at_tenant(actor, subject)
        factors = directory.fresh_factors_of(subject.sub or "")
        # The tenant may have taken its time: whoever has said meanwhile "this wasn't me" must be heard.
        refuse_frozen(actor, subject)
        prove(actor, subject, factors)
        yield factors


def permit(actor: Actor, subject: User) -> None:
    """Refuse whoever has no business with this account; proof comes after."""
    if not subject.sub:
        raise Refused("no-identity", _("This account has never signed in through the sign-in service."))
    if actor.is_self(subject):
        return
    if not actor.is_operator:
        _permit_staff(actor, subject)
    if not actor.reason:
        raise Refused("reason-needed", _("Say why: acting on somebody else's account needs a reason."))


def _permit_staff(actor: Actor, subject: User) -> None:
    user = actor.user
    if user is None or not (user.is_active and may_support(user)):
        raise Refused("not-allowed", _("Only support staff may do this on somebody else's account."))
    # Otherwise support could take over an administrator's account, and with it the site.
    if (subject.is_staff or subject.is_superuser) and not user.is_superuser:
        raise for_administrators()


def prove(actor: Actor, subject: User, factors: Sequence[Factor] | None) -> None:
    """Raise `StepUpRequired` unless the actor proved enough; who runs commands has the machine already."""
    if actor.is_operator:
        return
    require(actor.proof, requirement_for(factors) if actor.is_self(subject) else Requirement.mfa())


def owned(factors: Sequence[Factor], factor_id: str) -> Factor:
    """Find a factor in its owner's own list: ids come from the browser, and somebody else's is not in it."""
    factor = next((factor for factor in factors if factor_id in factor.method_ids), None)
    if factor is None:
        raise Refused("no-such-factor", _("This factor is not on the account, or not any more."))
    return factor


@contextmanager
def _alone(subject: User) -> Iterator[None]:
    key = f"enrollment:change:{subject.pk}"
    if not cache.add(key, 1, LOCK_SECONDS):
        raise Refused("busy", _("Another change to this account is under way. Try again in a moment."))
    try:
        yield
    finally:
        cache.delete(key)
