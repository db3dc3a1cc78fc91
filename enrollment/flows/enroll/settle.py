"""Bring an enrollment to where the truth is: time has passed, a worker has died, a list tells more."""

from collections.abc import Sequence
from copy import copy

from django.core.cache import cache
from django.utils import timezone

from accounts.models import User
from enrollment import directory
from enrollment.actors import Actor
from enrollment.factors import Method
from enrollment.flows.enroll.conclude import conclude
from enrollment.flows.enroll.rows import move
from enrollment.flows.enroll.seeing import seen
from enrollment.gateways import TenantError
from enrollment.models import PendingEnrollment
from enrollment.pending import Event, State, Way, advance, due, is_retriable

# However many tabs ask how it stands, the tenant is asked this often for one person.
LOOK_EVERY_SECONDS = 3


def settle(actor: Actor, row: PendingEnrollment, methods: Sequence[Method] | None) -> None:
    """Let happen what is due, until nothing is; `methods` is None where the tenant's list is not known."""
    while event := _due(row, methods):
        if event is Event.FOUND:
            conclude(actor, row, event, seen(row, methods)[1], methods or ())
        else:
            move(row, event)


def foreseen(row: PendingEnrollment, methods: Sequence[Method] | None) -> State:
    """Return what `settle` would lead to, and change nothing."""
    if event := _due(row, methods):
        return foreseen(_in(row, advance(row.status, event)), methods)
    return row.status


def _in(row: PendingEnrollment, state: State) -> PendingEnrollment:
    later = copy(row)
    later.state, later.lease_until = state.value, None
    return later


def _due(row: PendingEnrollment, methods: Sequence[Method] | None) -> Event | None:
    now = timezone.now()
    return due(
        row.status,
        seen(row, methods)[0],
        leased=row.is_leased(now),
        expired=row.is_expired(now),
        # Without its secrets (the key that sealed them is gone) nothing can be tried.
        retriable=is_retriable(row.way) and bool(row.secrets),
    )


def is_told_by_list(row: PendingEnrollment) -> bool:
    """Whether reading the tenant's list would tell more."""
    now = timezone.now()
    if row.status is State.CHALLENGED:
        return row.is_expired(now) or row.way is Way.SCAN
    if row.status is State.CONFIRMING:
        return not row.is_leased(now)
    return row.status is State.UNKNOWN


def look(subject: User) -> tuple[Method, ...] | None:
    """Read the list, unless that was done a moment ago or the tenant fails: then nothing more is known."""
    if not cache.add(f"enrollment:look:{subject.pk}", 1, LOOK_EVERY_SECONDS):
        return None
    try:
        return directory.fresh_methods_of(subject.sub or "")
    except TenantError:
        return None
