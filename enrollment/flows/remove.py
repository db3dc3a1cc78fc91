"""Remove a factor, or be told what that would mean."""

from collections.abc import Sequence

from accounts.identity import User, subject_of
from enrollment.account.methods import Factor
from enrollment.account.removal import MfaRequirement, Removal, removal
from enrollment.actors import Actor
from enrollment.audit.events import Action
from enrollment.audit.log import Attempt, Refused, logged
from enrollment.flows.authorize import authorized_change, find_owned
from enrollment.flows.outcome import resolve_by_list
from enrollment.gateways import factor_cache
from enrollment.gateways.management import ManagementGateway
from enrollment.gateways.tenant_policy import mfa_requirement


def removal_plan(subject: User, factor_id: str) -> Removal:
    """Say what removing a factor would mean, for the page that asks for confirmation; changes nothing.

    Raises `Refused` for a factor that is not on the account, `TenantError` where no list is known.
    """
    snapshot = factor_cache.factors_of(subject_of(subject))
    if snapshot.factors is None and snapshot.problem:
        raise snapshot.problem
    factors = snapshot.factors or ()
    return _plan(subject, find_owned(factors, factor_id), factors)


def remove_factor(actor: Actor, subject: User, factor_id: str) -> Removal:
    """Remove a factor and all that is linked to it, and say what is left."""
    with (
        logged(Attempt(actor, subject, Action.FACTOR_REMOVED)) as attempt,
        authorized_change(actor, subject) as factors,
    ):
        factor = find_owned(factors, factor_id)
        attempt.about(factor)
        plan = _plan(subject, factor, factors)
        if plan.refusal:
            raise Refused(plan.refusal.code, plan.refusal.sentence)
        delete(subject, factor)
    return plan


def delete(subject: User, factor: Factor) -> None:
    """Delete at the tenant. Auth0 deletes linked methods together; done means that none of them is listed."""

    def is_gone(now: Sequence[Factor]) -> bool:
        return not any(factor.method_ids & other.method_ids for other in now)

    with resolve_by_list(subject, is_gone):
        ManagementGateway.current().delete_method(subject_of(subject), factor.id)
    factor_cache.invalidate(subject_of(subject), removed=factor.method_ids)


def _plan(subject: User, factor: Factor, factors: Sequence[Factor]) -> Removal:
    """Ask for the tenant's policy only where the answer depends on it."""
    at_worst = removal(factor, factors, MfaRequirement.UNKNOWN)
    return at_worst if at_worst.allowed else removal(factor, factors, mfa_requirement(subject))
