"""Locked accounts: what ends a lock, how an operator makes and ends one, and what was added meanwhile."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import conf
from accounts.auth0.errors import TenantError
from accounts.identity import User, subject_of
from accounts.sessions.user_sessions import end_sessions
from accounts.step_up.assurance import Assurance, Verdict, verdict
from accounts.step_up.gates import require
from accounts.step_up.requirement import Requirement
from enrollment.account.methods import Factor, has_passkey, has_second_factor
from enrollment.actors import Actor
from enrollment.audit.log import Attempt, Refused, record
from enrollment.gateways import factor_cache
from enrollment.models import locks
from enrollment.models.activity import WHILE_LOCKED, Action, ActivityEvent, Outcome
from enrollment.models.locks import AccountLock


def requirement_for(factors: Sequence[Factor] | None, proof: Assurance | None) -> Requirement:
    """Say what a person proves before changing their own account: a second factor, if there is one.

    With none, a passkey, if there is one and the tenant tells this session of those that were used: a stolen
    password must not do what the passkey is there to stop. With neither there is nothing to step up with: a
    fresh sign-in has to do. Not knowing the factors counts as having a second one.
    """
    if factors is None or has_second_factor(factors):
        return Requirement.mfa()
    if has_passkey(factors) and proof is not None and proof.is_told and conf.methods_claim():
        return Requirement.phishing_resistant()
    return Requirement.fresh_login()


def requirement_to_unlock(
    factors: Sequence[Factor] | None, locked_at: datetime, proof: Assurance | None
) -> Requirement:
    """Say what ends a lock: a sign-in from start to end, second factor included, later than the lock."""
    usual, window = requirement_for(factors, proof), conf.step_up_window()
    return replace(usual, login_within=window, after=locked_at)


def refuse_locked(actor: Actor, subject: User) -> None:
    """Let nobody change a locked account; its owner is asked for the proof that ends the lock."""
    row = locks.current_lock(subject)
    if row is None:
        return
    if not actor.is_self(subject):
        raise Refused("frozen", _("This account is frozen until its owner has signed in anew."))
    # From memory first: only a proof that may well be good is worth a call, however often somebody tries.
    known = factor_cache.factors_of(subject_of(subject)).factors
    require(actor.proof, requirement_to_unlock(known, row.locked_at, actor.proof))
    require(actor.proof, unlock_requirement(subject, row, actor.proof))
    unlock(actor, subject, row)


def unlock_requirement(subject: User, row: AccountLock, proof: Assurance | None) -> Requirement:
    """Say what ends this lock, by the factors as the tenant lists them now."""
    return requirement_to_unlock(_factors(subject), row.locked_at, proof)


def unlock(actor: Actor, subject: User, row: AccountLock) -> None:
    """End a lock, once; write it down, and tell the person, who may not be the one who did.

    Every session but the one that ends it ends too: whoever made it stayed signed in, and may be a thief.
    """
    with transaction.atomic():
        if not locks.release_lock(row):
            return
        end_sessions(subject, keep=actor.request if actor.is_self(subject) else None)
    attempt = Attempt(actor, subject, Action.UNLOCKED)
    record(attempt, Outcome.DONE)


def unlock_if_proved(request: HttpRequest, user: User, assurance: Assurance, **_kwargs: Any) -> None:
    """After a sign-in or step-up: end the lock, if this was the proof that it waits for."""
    row = locks.current_lock(user)
    # Every sign-in passes here: only one that comes after the lock is worth asking the tenant about.
    if row is None or assurance.login_at is None or assurance.login_at <= row.locked_at:
        return
    if verdict(assurance, unlock_requirement(user, row, assurance), timezone.now()) is Verdict.ALLOWED:
        actor = replace(Actor.from_request(request), user=user, assurance=assurance)
        unlock(actor, user, row)


def _factors(subject: User) -> Sequence[Factor] | None:
    try:
        factors = factor_cache.fresh_factors_of(subject_of(subject))
    except TenantError:
        return None
    # Before anybody unlocks it with what came by a link: its owner reads of that, too.
    late_factors(subject, factors, locks.locks_of(subject))
    return factors


# So long after the lock has ended; whoever knows a factor by then has left it there.
OFFERED_FOR = timedelta(days=30)


def late_factors(subject: User, factors: Sequence[Factor], rows: Sequence[AccountLock]) -> tuple[Factor, ...]:
    """Return which of these came during one of an account's locks; tell the owner of new ones."""
    periods = list(_periods(subject, rows))
    late = [factor for factor in factors if factor.removable and _came_within(factor, periods)]
    if not late:
        return ()
    codes = _codes_of_added(subject)
    if any(not _tails(factor) & codes.keys() for factor in late):
        codes = _report_new(subject, late)
    return tuple(f for f in late if any(codes.get(each) == WHILE_LOCKED for each in _tails(f)))


def _codes_of_added(subject: User) -> dict[str, str]:
    added = ActivityEvent.objects.of(subject).filter(action=Action.FACTOR_ADDED, outcome=Outcome.DONE)
    return {_tail(factor_id): code for factor_id, code in added.values_list("factor_id", "code")}


def _report_new(subject: User, late: Iterable[Factor]) -> dict[str, str]:
    """Tell the owner of those that the trail does not have, once, whoever else looks at this moment."""
    with transaction.atomic():
        locks.hold_locks(subject)
        codes = _codes_of_added(subject)
        for factor in late:
            if not _tails(factor) & codes.keys():
                _report(subject, factor)
                codes[_tail(factor.id)] = WHILE_LOCKED
    return codes


def _periods(subject: User, rows: Sequence[AccountLock]) -> Iterator[tuple[datetime, datetime]]:
    """When it was locked, lately. Saying so again moves a lock on; the trail has when it was said first."""
    now = timezone.now()
    recent = [row for row in rows if row.ended_at is None or now - row.ended_at < OFFERED_FOR]
    if not recent:
        return
    said = ActivityEvent.objects.of(subject).filter(action=Action.LOCKED, outcome=Outcome.DONE)
    moments = list(said.values_list("at", flat=True))
    for row in recent:
        before = [each.ended_at for each in rows if each.ended_at and each.ended_at <= row.locked_at]
        own = [at for at in moments if at <= row.locked_at and all(at > ended for ended in before)]
        yield min([row.locked_at, *own]), row.ended_at or now


def _came_within(factor: Factor, periods: Iterable[tuple[datetime, datetime]]) -> bool:
    moments = [method.enrolled_at or method.created_at for method in factor.methods]
    return any(since <= at <= until for since, until in periods for at in moments if at)


def _tails(factor: Factor) -> set[str]:
    return {_tail(method_id) for method_id in factor.method_ids}


def _tail(method_id: str) -> str:
    """What an id has in common in both of Auth0's APIs."""
    return method_id.rpartition("|")[2]


def _report(subject: User, factor: Factor) -> None:
    attempt = Attempt(Actor(subject), subject, Action.FACTOR_ADDED).about(factor)
    record(attempt, Outcome.DONE, WHILE_LOCKED)
