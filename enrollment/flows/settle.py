"""Settle changes whose answer got lost or whose worker died, by the tenant's list; tell of each once."""

from collections.abc import Sequence
from typing import cast

from django.utils import timezone

from accounts.identity import User
from enrollment.account.methods import Method
from enrollment.account.settlement import Settlement, TenantState
from enrollment.account.settlement import settle as judge
from enrollment.actors import Actor, Source
from enrollment.audit.log import Attempt, settle
from enrollment.models.activity import Action, Outcome
from enrollment.models.operation import Operation, OperationState

# A person's methods, or what holds for the whole tenant; None where it could not be read.
Seen = Sequence[Method] | TenantState | None
# Why it is not known from the call itself.
INTERRUPTED = "interrupted"
OUTCOMES = {
    Settlement.DONE: Outcome.DONE,
    Settlement.NOT_DONE: Outcome.FAILED,
    Settlement.UNKNOWN: Outcome.UNKNOWN,
}


def due_operations(subject: User) -> list[Operation]:
    """Read, in one query, what is open and nobody is at; parts come before their whole."""
    return list(Operation.objects.filter(subject_id=subject.pk).due(timezone.now()))


def settle_operations(subject: User | None, operations: Sequence[Operation], seen: Seen) -> list[Operation]:
    """Settle what can be by this list, or by none where it could not be read; return what was."""
    return [operation for operation in operations if _settled(subject, operation, seen)]


def foresee(operation: Operation, seen: Seen) -> Settlement:
    """Return what would become of an operation, and change nothing."""
    return judge(
        operation.expected,
        seen,
        begun_at=operation.begun_at,
        busy_until=operation.busy_until,
        now=timezone.now(),
        overtaken=_is_overtaken(operation),
    )


def _settled(subject: User | None, operation: Operation, seen: Seen) -> bool:
    settlement = foresee(operation, seen)
    if settlement is Settlement.WAIT:
        return False
    if settlement is Settlement.UNKNOWN and operation.state == OperationState.UNKNOWN:
        # The trail says so already.
        return operation.close(OperationState.UNKNOWN, operation.code, None, final=True)
    attempt = attempt_of(operation, subject)
    code = "" if settlement is Settlement.DONE else operation.code or INTERRUPTED
    return settle(attempt, operation, OUTCOMES[settlement], code, at=operation.begun_at)


def _is_overtaken(operation: Operation) -> bool:
    """Whether the same was tried again, and may have been done after it: calls can overtake each other."""
    begun_at = operation.begun_at
    others = Operation.objects.filter(
        subject=operation.subject_id, action=operation.action, busy_until__gt=begun_at
    ).exclude(pk=operation.pk)
    undone = (OperationState.NOT_DONE.value, OperationState.REFUSED.value)
    later = others.exclude(state__in=undone).exclude(state=OperationState.DONE, settled_at__lte=begun_at)
    return operation.expected.may_be_overtaken and later.exists()


def attempt_of(operation: Operation, subject: User | None) -> Attempt:
    """Return what was attempted, for whoever settles it: the actor as they were noted."""
    actor = Actor(
        user=cast("User | None", operation.actor),
        ip=operation.ip,
        user_agent=operation.user_agent,
        source=Source(operation.source),
        reason=operation.reason,
        name=operation.actor_label,
    )
    return Attempt(
        actor,
        subject,
        Action(operation.action),
        factor_kind=operation.factor_kind,
        factor_name=operation.factor_name,
        factor_id=operation.factor_id,
        told=operation.told,
    )
