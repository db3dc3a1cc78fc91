"""Bring an enrollment to where the truth is, by time or by a list; a factor that is there is noted once."""

import logging
from collections.abc import Sequence
from copy import copy
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.auth0 import cache
from accounts.auth0.encryption import encrypt
from accounts.auth0.errors import Problem, TenantError
from accounts.identity import User, subject_of
from enrollment.account.methods import Method, factors_from, has_second_factor
from enrollment.account.names import suggested_name
from enrollment.actors import Actor
from enrollment.audit.log import notify, write_event
from enrollment.flows.enroll.authorize import attempt_of, others
from enrollment.gateways import factor_cache
from enrollment.gateways.management import ManagementGateway
from enrollment.models import locks
from enrollment.models.activity import Action, ActivityEvent, Outcome
from enrollment.models.pending_enrollment import PendingEnrollment
from enrollment.pending.repository import add_orphans, find_listed, lease_end, transition, update
from enrollment.pending.state_machine import LIFE, Event, State, advance, due_event

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
    """Return what `reconcile` would lead to, and change nothing."""
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
        # Without its secrets (the key that encrypted them is gone) nothing can be tried.
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
    if not cache.claim(f"enrollment:look:{subject.pk}", LOOK_EVERY_SECONDS):
        return None
    try:
        return factor_cache.fresh_methods_of(subject_of(subject))
    except TenantError:
        return None


# What a row notes whose factor is there, with nobody told.
NOT_MAILED = "not-mailed"

logger = logging.getLogger(__name__)


def complete(
    actor: Actor, row: PendingEnrollment, event: Event, factor_id: str, methods: Sequence[Method]
) -> bool:
    """Close an enrollment whose factor is on the account; say whether it was this call that did.

    State, audit row and email go into the database together: a worker that dies here leaves all or none.
    Naming and the signal follow; if they do not, `notify_added` makes up for it later.

    What comes after "this wasn't me" goes again: nobody saw it let in before that.
    """
    if locks.current_lock(row.subject):
        _shut_out(actor, row, factor_id)
        return False
    with transaction.atomic():
        done = transition(row, event, **_facts(row, factor_id, methods))
        added = write_event(attempt_of(actor, row.subject, row), Outcome.DONE, told=True) if done else None
    if added:
        factor_cache.invalidate(subject_of(row.subject))
        _name(row)
        notify_added(actor, row, added)
    return done


def _shut_out(actor: Actor, row: PendingEnrollment, factor_id: str) -> None:
    """Delete a factor of a locked account; where that fails, cleaning up tries again."""
    with transaction.atomic():
        if not transition(row, Event.SPOILT, problem=Problem.LOCKED.value):
            return
        add_orphans(row, [factor_id])
        write_event(attempt_of(actor, row.subject, row), Outcome.REFUSED, Problem.LOCKED.value)
    sub = subject_of(row.subject)
    try:
        ManagementGateway.current().discard_method(sub, factor_id)
    except TenantError as error:
        logger.warning("A factor of locked user %s could not be removed: %s", row.subject_id, error)
    factor_cache.invalidate(sub, removed=[factor_id])


def _facts(row: PendingEnrollment, factor_id: str, methods: Sequence[Method]) -> dict[str, Any]:
    now, factors = timezone.now(), factors_from(methods)
    return {
        "name": row.name or suggested_name(row.factor_kind, _of(methods, factor_id), factors),
        "encrypted_factor_id": encrypt(factor_id),
        "recovery_code_due": _is_first(row, factor_id, methods),
        "lease_until": lease_end(now),
        "expires_at": now + LIFE,
    }


def notify_added(actor: Actor, row: PendingEnrollment, event: ActivityEvent | None = None) -> None:
    """Signal that the factor was added, rather twice than never, and see to it that its owner is emailed.

    The event is looked up where it is not given.
    """
    event = (
        event
        or ActivityEvent.objects.filter(
            subject=row.subject,
            action=Action.FACTOR_ADDED,
            factor_id=row.factor_id[:120],
            outcome=Outcome.DONE,
        ).first()
    )
    mailed = notify(attempt_of(actor, row.subject, row), event) if event else False
    update(row, notified_at=timezone.now(), lease_until=None, problem="" if mailed else NOT_MAILED)


def will_email(row: PendingEnrollment) -> bool:
    """Whether an email about the new factor goes to its owner, or went."""
    return row.notified_at is not None and row.problem != NOT_MAILED


def owner_actor(subject: User) -> Actor:
    """Return who to name where it is found out later: only the owner can have begun it."""
    return Actor(subject)


def _is_first(row: PendingEnrollment, factor_id: str, methods: Sequence[Method]) -> bool:
    """Whether this is the account's first second factor, with no recovery code to stand in for it yet."""
    rest = [factor for factor in others(factors_from(methods), row) if factor_id not in factor.method_ids]
    has_code = any(factor.kind.is_recovery for factor in rest)
    return row.factor_kind.second_factor and not has_code and not has_second_factor(rest)


def _of(methods: Sequence[Method], factor_id: str) -> Method | None:
    return next((method for method in methods if method.id == factor_id), None)


def _name(row: PendingEnrollment) -> None:
    """Name it through the Management API: the token has no scope for that. Without a name it works too."""
    if not row.name:
        return
    try:
        ManagementGateway.current().rename_method(subject_of(row.subject), row.factor_id, row.name)
    except TenantError as error:
        logger.warning("A new factor of user %s could not be named: %s", row.subject_id, error)
