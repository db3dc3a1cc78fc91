"""Who may add a factor to which account, with what proof and token; every enrollment comes through here."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.auth0.claims import CLOCK_LEEWAY
from accounts.auth0.errors import RateLimited, TenantError
from accounts.auth0.grants import ENROLLING
from accounts.identity import User, subject_of
from accounts.step_up.assurance import Verdict, verdict
from accounts.step_up.gates import StepUpRequired
from accounts.step_up.requirement import Requirement
from enrollment.account.methods import Factor, Method, factors_from
from enrollment.actors import Actor
from enrollment.audit.log import Attempt, Refused, log_failure
from enrollment.flows.account_lock import refuse_locked, requirement_for
from enrollment.flows.change import check_permission, throttle
from enrollment.flows.enroll.errors import ListUnread, TryAgain
from enrollment.gateways import factor_cache
from enrollment.models.activity import Action
from enrollment.models.pending_enrollment import PendingEnrollment
from enrollment.pending.repository import belongs_to
from enrollment.pending.state_machine import State


def authorize(
    actor: Actor, subject: User, token: str | None, own: PendingEnrollment | None = None
) -> tuple[Method, ...]:
    """Let the actor go on, and return the methods as the tenant lists them now, unfinished ones too.

    `own` is the enrollment that is being confirmed. Its factor may be on the list already, scanned by a phone
    or confirmed by a call whose answer got lost; it is no reason to ask who began it for a second factor.
    """
    require_owner(actor, subject)
    throttle(actor)
    refuse_locked(actor, subject)
    known = factor_cache.cached_factors_of(subject_of(subject))
    if known is not None:
        _prove(actor, known, token, own)
    methods = _read_methods(subject, own)
    _prove(actor, factors_from(methods), token, own)
    return methods


def _read_methods(subject: User, own: PendingEnrollment | None) -> tuple[Method, ...]:
    try:
        return factor_cache.fresh_methods_of(subject_of(subject))
    except RateLimited:
        raise
    except TenantError as error:
        raise error if own is None else ListUnread(error, own) from None


def check_may_see(
    actor: Actor,
    subject: User,
    token: str | None,
    own: PendingEnrollment,
    factors: Sequence[Factor] | None,
) -> None:
    """Let nobody see what an open enrollment's factor is made of who could not confirm it.

    Enrollments are the person's, not the browser's: a session that has proved less finds its way here, too.
    Where a first factor proved enough, all have proved the same: somebody who has the password would quietly
    take a copy of it, or have its owner take theirs. So it is seen where it was begun, and nowhere else.
    """
    require_owner(actor, subject)
    refuse_locked(actor, subject)
    _prove(actor, factors, token, own)
    rest = None if factors is None else others(factors, own)
    if requirement_to_add(actor, rest).mfa_within is None and str(own.pk) not in actor.begun:
        sentence = _(
            "This was begun in another browser, or before you signed in here. Go on there, or cancel it here "
            "and start over."
        )
        raise Refused("begun-elsewhere", sentence)


def require_owner(actor: Actor, subject: User) -> None:
    """Refuse everybody but the owner: what is added is theirs to hold, so nobody adds it for them."""
    check_permission(actor, subject)
    if not actor.is_self(subject):
        raise Refused("not-for-others", _("People add their factors themselves; send a link instead."))


def others(factors: Sequence[Factor], own: PendingEnrollment) -> tuple[Factor, ...]:
    """Leave out the factor that comes of an enrollment."""
    return tuple(factor for factor in factors if not any(belongs_to(own, id_) for id_ in factor.method_ids))


def requirement_to_add(
    actor: Actor, factors: Sequence[Factor] | None, own: PendingEnrollment | None = None
) -> Requirement:
    """Say what a person proves before adding a factor.

    What this session added since it signed in is no reason to ask for a second factor: whoever may add the
    first one by a fresh sign-in may add its spare by the same, and nobody's second factor is passed by.
    """
    if factors is not None and own is not None and _began_with_this_sign_in(actor, own):
        factors = others(factors, own)
    usual = requirement_for(factors, actor.proof)
    if not factors or _is_met(actor, usual):
        return usual
    for row in _added_here(actor):
        factors = others(factors, row)
    first = requirement_for(factors, actor.proof)
    return first if _is_met(actor, first) else usual


def _is_met(actor: Actor, requirement: Requirement) -> bool:
    return verdict(actor.proof, requirement, timezone.now()) is Verdict.ALLOWED


def _added_here(actor: Actor) -> list[PendingEnrollment]:
    if not (actor.begun and actor.user):
        return []
    rows = PendingEnrollment.objects.filter(
        subject_id=actor.user.pk, pk__in=actor.begun, state=State.CONFIRMED
    )
    return [row for row in rows if _began_with_this_sign_in(actor, row)]


def _prove(
    actor: Actor, factors: Sequence[Factor] | None, token: str | None, own: PendingEnrollment | None
) -> None:
    requirement = requirement_to_add(actor, factors, own)
    outcome = verdict(actor.proof, requirement, timezone.now())
    if outcome is Verdict.ALLOWED and token is None:
        outcome = Verdict.TOKEN_MISSING
    if outcome is not Verdict.ALLOWED:
        raise StepUpRequired(requirement, outcome, ENROLLING)


def _began_with_this_sign_in(actor: Actor, own: PendingEnrollment) -> bool:
    """Whoever signed in only after it was begun has a second factor to show: it may be the real owner's."""
    login_at = actor.proof.login_at if actor.proof else None
    return login_at is not None and login_at <= own.started_at + CLOCK_LEEWAY


@contextmanager
def log_final_failure(attempt: Attempt) -> Iterator[None]:
    """Write down how an attempt failed for good; what may be tried again is not worth a row."""
    again: TryAgain | ListUnread | RateLimited | None = None
    with log_failure(attempt):
        try:
            yield
        except (TryAgain, ListUnread, RateLimited) as refusal:
            again = refusal
    if again:
        raise again


def attempt_of(actor: Actor, subject: User, row: PendingEnrollment) -> Attempt:
    return Attempt(actor, subject, Action.FACTOR_ADDED, row.kind, row.name or row.address, row.factor_id)
