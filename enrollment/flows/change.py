"""One change of an account: who may make it, with what proof, alone, and what became of it."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from math import ceil
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import conf
from accounts.auth0.cache import count
from accounts.auth0.errors import Certainty, Problem, TenantError
from accounts.identity import User, is_staff, is_superuser, subject_of
from accounts.step_up.gates import require
from accounts.step_up.requirement import Requirement
from enrollment.account.methods import Factor
from enrollment.actors import Actor
from enrollment.audit.log import Refused
from enrollment.flows.account_lock import refuse_locked, requirement_for
from enrollment.gateways import factor_cache
from enrollment.gateways.management import ManagementGateway
from enrollment.models.locks import LeaseTakenError, change_lease
from enrollment.permissions import may_support

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


logger = logging.getLogger(__name__)

# Says what somebody proves who changes their own account, by its factors; None where they are not known.
OwnRequirement = Callable[[Sequence[Factor] | None], Requirement]

# More than anybody does by hand, support at its busiest included.
MAX_TRIES = 20
WITHIN_SECONDS = 60
# What was answered by one of these was carried out, or will be.
SUCCESSES = range(200, 300)


def throttle(actor: Actor) -> None:
    """Refuse whoever tries too often, unless the cache is down: it slows down those who have proved enough.

    The trail gets one row about it, not one for each try that follows.
    """
    if actor.is_operator or actor.user is None:
        return
    tries = count(f"enrollment:tries:{actor.user.pk}", WITHIN_SECONDS)
    if tries > MAX_TRIES:
        sentence = _("That was a lot of changes in a minute. Wait a moment, then go on.")
        raise Refused("too-often", sentence, is_news=tries == MAX_TRIES + 1)


class RolesUnknownError(TenantError):
    """The tenant did not say what roles somebody has: no answer means no."""

    @property
    def cause(self) -> "StrOrPromise":
        return _(
            "We couldn't check whether this is a staff account. Try again in a minute, or ask an "
            "administrator."
        )


def for_administrators() -> Refused:
    return Refused("staff-by-administrators", _("Only an administrator may do this on a staff account."))


def refuse_staff_at_tenant(actor: Actor, subject: User) -> None:
    """Refuse support where the tenant calls the person staff, or does not answer; one call, and never cached.

    Where no roles claim is configured, the tenant has no say in who is staff.
    """
    roles = conf.roles()
    if actor.user is None or is_superuser(actor.user) or actor.is_self(subject) or not roles.claim:
        return
    if _roles_of(subject) & ({roles.staff, roles.superuser} - {""}):
        raise for_administrators()


def _roles_of(subject: User) -> frozenset[str]:
    try:
        return ManagementGateway.current().roles_of(subject_of(subject))
    except TenantError as error:
        logger.warning("The roles of user %s could not be read: %s", subject.pk, error)
        raise RolesUnknownError(
            error.code, status=error.status, retry_after=error.retry_after, detail=error.detail
        ) from None


@contextmanager
def authorized_change(
    actor: Actor, subject: User, own_requirement: OwnRequirement | None = None
) -> Iterator[tuple[Factor, ...]]:
    """Open an account for one change: permission, proof, and its factors as the tenant lists them now.

    `own_requirement` says by the factors what somebody proves who changes their own account. One change at a
    time: two removals at once would each count on the factor that the other removes.
    """
    own_requirement = own_requirement or partial(requirement_for, proof=actor.proof)
    throttle(actor)
    check_permission(actor, subject)
    refuse_locked(actor, subject)
    known = factor_cache.cached_factors_of(subject_of(subject))
    if known is not None or not actor.is_self(subject):
        check_proof(actor, subject, own_requirement(known))
    with _alone(subject):
        refuse_staff_at_tenant(actor, subject)
        factors = factor_cache.fresh_factors_of(subject_of(subject))
        # The tenant may have taken its time: whoever has said meanwhile "this wasn't me" must be heard.
        refuse_locked(actor, subject)
        check_proof(actor, subject, own_requirement(factors))
        yield factors


def check_permission(actor: Actor, subject: User) -> None:
    """Refuse whoever has no business with this account; proof comes after."""
    if not subject_of(subject):
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
    if (is_staff(subject) or is_superuser(subject)) and not is_superuser(user):
        raise for_administrators()


def check_proof(actor: Actor, subject: User, own: Requirement) -> None:
    """Raise `StepUpRequired` unless the actor proved enough; who runs commands has the machine already."""
    if actor.is_operator:
        return
    require(actor.proof, own if actor.is_self(subject) else Requirement.mfa())


def find_owned(factors: Sequence[Factor], factor_id: str) -> Factor:
    """Find a factor in its owner's own list: ids come from the browser, and somebody else's is not in it."""
    factor = next((factor for factor in factors if factor_id in factor.method_ids), None)
    if factor is None:
        raise Refused("no-such-factor", _("This factor is not on the account, or not any more."))
    return factor


@contextmanager
def _alone(subject: User) -> Iterator[None]:
    try:
        with change_lease(subject):
            yield
    except LeaseTakenError as taken:
        seconds = max(1, ceil((taken.held_until - timezone.now()).total_seconds()))
        busy = ngettext(
            "Another change to this account is under way. Try again in %(count)d second.",
            "Another change to this account is under way. Try again in %(count)d seconds.",
            seconds,
        )
        raise Refused("busy", busy % {"count": seconds}) from None


@contextmanager
def resolve_outcome(is_done: Callable[[], bool]) -> Iterator[None]:
    """Make a change; where its answer is lost, `is_done` looks at the tenant whether it was carried out."""
    try:
        yield
    except TenantError as error:
        # Not found: somebody else may have done the same a moment ago.
        if error.outcome is Certainty.NOT_DONE and error.code is not Problem.NOT_FOUND:
            raise
        seen = _looked(error, is_done)
        if seen is not None:
            raise error.but(seen) from None


@contextmanager
def resolve_by_list(subject: User, is_done: Callable[[Sequence[Factor]], bool]) -> Iterator[None]:
    """Make a change of one person's factors; their list, read again, tells whether it was carried out."""
    try:
        with resolve_outcome(lambda: is_done(factor_cache.fresh_factors_of(subject_of(subject)))):
            yield
    finally:
        factor_cache.invalidate(subject_of(subject))


def _looked(error: TenantError, is_done: Callable[[], bool]) -> Certainty | None:
    """Return None if it was done. What may yet be carried out proves nothing by not being seen."""
    try:
        if is_done():
            return None
    except TenantError:
        return error.outcome
    return Certainty.UNKNOWN if _may_come_yet(error) else Certainty.NOT_DONE


def _may_come_yet(error: TenantError) -> bool:
    """It timed out, or was answered by a success that is not the documented one, as "accepted"."""
    return error.code is Problem.TIMEOUT or error.status in SUCCESSES
