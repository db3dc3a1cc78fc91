"""Factors that came while an account was locked: by a link made before, for nothing here adds one then.

They are reported to the owner when they are first seen in the list, and offered for removal afterwards.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from django.utils import timezone

from accounts.identity import User
from enrollment.account.methods import Factor
from enrollment.actors import Actor
from enrollment.audit.events import WHILE_LOCKED, Action, Outcome
from enrollment.audit.log import Attempt, notify, write_event
from enrollment.models.account_lock import AccountLock
from enrollment.models.activity import ActivityEvent

# So long after the lock has ended; whoever knows a factor by then has left it there.
OFFERED_FOR = timedelta(days=30)


def late_factors(
    subject: User, factors: Sequence[Factor], freezes: Sequence[AccountLock]
) -> tuple[Factor, ...]:
    """Return which of these came during one of an account's freezes; tell the owner of new ones."""
    periods = list(_periods(subject, freezes))
    late = [factor for factor in factors if factor.removable and _came_within(factor, periods)]
    if not late:
        return ()
    added = ActivityEvent.objects.of(subject).filter(action=Action.FACTOR_ADDED, outcome=Outcome.DONE)
    codes = {_tail(factor_id): code for factor_id, code in added.values_list("factor_id", "code")}
    for factor in late:
        if not _tails(factor) & codes.keys():
            _report(subject, factor)
            codes[_tail(factor.id)] = WHILE_LOCKED
    return tuple(f for f in late if any(codes.get(each) == WHILE_LOCKED for each in _tails(f)))


def _periods(subject: User, freezes: Iterable[AccountLock]) -> Iterator[tuple[datetime, datetime]]:
    """When it was locked, lately. Saying so again moves a freeze on; the trail has when it was said first."""
    now = timezone.now()
    recent = [row for row in freezes if row.ended_at is None or now - row.ended_at < OFFERED_FOR]
    if not recent:
        return
    said = ActivityEvent.objects.of(subject).filter(action=Action.LOCKED, outcome=Outcome.DONE)
    moments = list(said.values_list("at", flat=True))
    for row in recent:
        before = [each.ended_at for each in freezes if each.ended_at and each.ended_at <= row.locked_at]
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
    notify(attempt, write_event(attempt, Outcome.DONE, WHILE_LOCKED))
