"""Bring an enrollment to where the truth is: time has passed, a worker has died, a list tells more."""

from collections.abc import Sequence
from copy import copy

from django.core.cache import cache
from django.utils import timezone

from accounts.auth0.errors import TenantError
from accounts.identity import User, subject_of
from enrollment.account.methods import Method
from enrollment.actors import Actor
from enrollment.flows.enroll.complete import complete
from enrollment.flows.enroll.match_method import find_listed
from enrollment.gateways import factor_cache
from enrollment.models.pending_enrollment import PendingEnrollment
from enrollment.pending.repository import transition
from enrollment.pending.state_machine import Event, State, advance, due_event

# However many tabs ask how it stands, the tenant is asked this often for one person.
LOOK_EVERY_SECONDS = 3


def reconcile(actor: Actor, row: PendingEnrollment, methods: Sequence[Method] | None) -> None:
    """Let happen what is due, until nothing is; `methods` is None where the tenant's list is not known."""
    while event := _due(row, methods):
        if event is Event.FOUND:
            complete(actor, row, event, find_listed(row, methods)[1], methods or ())
        else:
            transition(row, event)


def predict(row: PendingEnrollment, methods: Sequence[Method] | None) -> State:
    """Return what `settle` would lead to, and change nothing."""
    if event := _due(row, methods):
        return predict(_in(row, advance(row.status, event)), methods)
    return row.status


def _in(row: PendingEnrollment, state: State) -> PendingEnrollment:
    later = copy(row)
    later.state, later.lease_until = state.value, None
    return later


def _due(row: PendingEnrollment, methods: Sequence[Method] | None) -> Event | None:
    now = timezone.now()
    return due_event(
        row.status,
        find_listed(row, methods)[0],
        leased=row.is_leased(now),
        expired=row.is_expired(now),
        # Without its secrets (the key that sealed them is gone) nothing can be tried.
        retriable=row.confirmation.retriable and bool(row.secrets),
    )


def needs_list(row: PendingEnrollment) -> bool:
    """Whether reading the tenant's list would tell more."""
    now = timezone.now()
    if row.status is State.CHALLENGED:
        return row.is_expired(now) or row.confirmation.waits
    if row.status is State.CONFIRMING:
        return not row.is_leased(now)
    return row.status is State.UNKNOWN


def read_methods(subject: User) -> tuple[Method, ...] | None:
    """Read the list, unless that was done a moment ago or the tenant fails: then nothing more is known."""
    if not cache.add(f"enrollment:look:{subject.pk}", 1, LOOK_EVERY_SECONDS):
        return None
    try:
        return factor_cache.fresh_methods_of(subject_of(subject))
    except TenantError:
        return None
