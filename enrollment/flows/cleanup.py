"""What the timer does for one person at a time: settle, remove what was left behind, forget what is old."""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Q
from django.utils import timezone

from accounts.auth0.errors import TenantError
from accounts.identity import User, subject_of, users
from accounts.sessions.backchannel import delete_used
from enrollment.account.methods import Method
from enrollment.account.settlement import Settlement, TenantState, action_mark
from enrollment.flows.enroll.cleanup import cleanup, orphans_in
from enrollment.flows.enroll.reconcile import owner_actor, predict
from enrollment.flows.revocations import due_revocations, retry_revocations
from enrollment.flows.settle import due_operations, foresee, settle_operations
from enrollment.gateways import factor_cache
from enrollment.gateways.management import ManagementGateway
from enrollment.gateways.tenant_actions import ActionsGateway
from enrollment.kinds.base import Kind
from enrollment.models.operation import Operation, OperationState
from enrollment.models.pending_enrollment import PendingEnrollment
from enrollment.pending.repository import belongs_to, due, unsettled_enrollments
from enrollment.pending.state_machine import CLOSED_STATES, KEPT_FOR, State

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class StateChange:
    """What became of one enrollment."""

    kind: Kind
    before: State
    after: State


@dataclass(frozen=True)
class SettledChange:
    """What became of a change that was left open; `WAIT`: the next run tries it again."""

    action: str
    factor: str
    outcome: Settlement


@dataclass(frozen=True)
class CleanupReport:
    """What was done for one person, or would be. `left` could not be removed; `problem`: no list was read."""

    person: User
    changes: tuple[SettledChange, ...] = ()
    moved: tuple[StateChange, ...] = ()
    removed: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    problem: TenantError | None = None

    @property
    def is_complete(self) -> bool:
        """Whether the next run has nothing left of it."""
        waits = any(change.outcome is Settlement.WAIT for change in self.changes)
        return not (self.problem or self.left or waits)


def people_due() -> list[User]:
    """Return everybody with an enrollment or a change that time has caught up with."""
    now = timezone.now()
    enrollments = PendingEnrollment.objects.filter(due(now)).values("subject")
    open_changes = Operation.objects.due(now) | Operation.objects.open().filter(retry_at__lte=now)
    changes = open_changes.filter(subject__isnull=False).order_by().values("subject")
    return list(users().filter(Q(pk__in=enrollments) | Q(pk__in=changes)).order_by("pk"))


def cleanup_person(person: User, *, dry_run: bool = False) -> CleanupReport:
    """Settle a person's changes and enrollments by the tenant's list, and remove what was left there."""
    retried = [
        SettledChange(operation.action, "", _of_retried(operation))
        for operation in (due_revocations if dry_run else retry_revocations)(person)
    ]
    operations = due_operations(person)
    try:
        methods = factor_cache.fresh_methods_of(subject_of(person))
    except TenantError as error:
        changes = (*retried, *_changes(person, operations, None, dry_run=dry_run))
        return CleanupReport(person, changes, problem=error)
    changes = (*retried, *_changes(person, operations, methods, dry_run=dry_run))
    rows = unsettled_enrollments(person)
    if dry_run:
        return replace(_foreseen(person, methods, rows), changes=changes)
    before = {row: row.status for row in rows if row.is_live}
    cleaned = cleanup(owner_actor(person), person, methods, rows)
    moved = tuple(StateChange(row.factor_kind, was, row.status) for row, was in before.items())
    return CleanupReport(person, changes, _moves(moved), cleaned.gone, cleaned.left)


def _of_retried(operation: Operation) -> Settlement:
    if operation.settled_at is None:
        return Settlement.WAIT
    return Settlement.DONE if operation.state == OperationState.DONE else Settlement.NOT_DONE


def _changes(
    person: User, operations: Sequence[Operation], methods: Sequence[Method] | None, *, dry_run: bool
) -> tuple[SettledChange, ...]:
    foreseen = {operation: foresee(operation, methods) for operation in operations}
    if not dry_run:
        operations = settle_operations(person, operations, methods)
    return tuple(
        SettledChange(operation.action, operation.factor_name, foreseen[operation])
        for operation in operations
        if foreseen[operation] is not Settlement.WAIT
    )


def settle_tenant_wide(*, dry_run: bool = False) -> tuple[SettledChange, ...]:
    """Settle changes of the whole tenant by what it shows now; what has to wait is told, too."""
    operations = list(Operation.objects.filter(subject=None).due(timezone.now()))
    if not operations:
        return ()
    seen = _tenant_state(operations)
    foreseen = {operation: foresee(operation, seen) for operation in operations}
    if not dry_run:
        settle_operations(None, operations, seen)
    return tuple(SettledChange(each.action, each.factor_name, end) for each, end in foreseen.items())


def _tenant_state(operations: Iterable[Operation]) -> TenantState:
    """Read what these are about, and no more: reading Actions takes a permission of its own."""
    are_actions = {operation.expected.is_about_actions for operation in operations}
    seen = TenantState()
    if False in are_actions:
        seen = replace(seen, **_read("settings", _settings_seen))
    if True in are_actions:
        seen = replace(seen, **_read("Actions", _actions_seen))
    return seen


def _read(what: str, read: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    try:
        return read()
    except TenantError as error:
        logger.warning("The tenant's %s could not be read: %s", what, error)
        return {}


def _settings_seen() -> dict[str, Any]:
    gateway = ManagementGateway.current
    return {"switches": gateway().list_factors(), "policies": tuple(gateway().get_policies())}


def _actions_seen() -> dict[str, Any]:
    gateway = ActionsGateway.current()
    actions, bindings = gateway.list_actions(), gateway.list_bindings()
    return {
        "running": {each.name: action_mark(each.deployed_code or "") for each in actions},
        "bound": frozenset(binding.name for binding in bindings),
    }


def delete_old(*, dry_run: bool = False) -> int:
    """Delete rows that were over long ago and left nothing; say how many. The trail keeps what happened."""
    until = timezone.now() - KEPT_FOR
    enrollments = PendingEnrollment.objects.filter(
        state__in=CLOSED_STATES, updated_at__lt=until, clean_up_at__isnull=True
    )
    changes = Operation.objects.filter(settled_at__lt=until)
    tokens = delete_used(dry_run=dry_run)
    if dry_run:
        return enrollments.count() + changes.count() + tokens
    return enrollments.delete()[0] + changes.delete()[0] + tokens


def _foreseen(person: User, methods: Sequence[Method], rows: Sequence[PendingEnrollment]) -> CleanupReport:
    live = [row for row in rows if row.is_live]
    moved = [StateChange(row.factor_kind, row.status, predict(row, methods)) for row in live]
    ending = [row for row, move in zip(live, moved, strict=True) if move.after in CLOSED_STATES]
    left_behind = [
        m.id for m in methods if m.confirmed is False and any(belongs_to(row, m.id) for row in ending)
    ]
    orphans = (m.id for m in orphans_in(rows, methods))
    return CleanupReport(person, moved=_moves(moved), removed=(*left_behind, *orphans))


def _moves(moved: Iterable[StateChange]) -> tuple[StateChange, ...]:
    return tuple(move for move in moved if move.after is not move.before)
