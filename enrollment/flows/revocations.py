"""End what somebody is signed in with at the tenant: each step is an operation, tried until it is done."""

from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from datetime import timedelta
from enum import StrEnum

from django.utils import timezone

from accounts.auth0.errors import Certainty, Problem, TenantError
from accounts.identity import User, subject_of
from enrollment.account.settlement import NOTHING_LISTED, Expected
from enrollment.actors import Actor
from enrollment.audit.log import Attempt, settle
from enrollment.flows.settle import attempt_of
from enrollment.gateways.access import AccessGateway
from enrollment.gateways.management import ManagementGateway
from enrollment.models.activity import Action, Outcome
from enrollment.models.locks import LeaseTakenError, change_lease
from enrollment.models.operation import Operation, OperationQuerySet, OperationState

# In the order in which they are done.
AT_TENANT = (Action.TENANT_SESSIONS_ENDED, Action.TOKENS_REVOKED, Action.BROWSERS_FORGOTTEN)
BY_ONE_CALL = {Action.TENANT_SESSIONS_ENDED, Action.TOKENS_REVOKED}
# Where the one call for sessions and tokens is not allowed, each of the two may be.
NOT_OFFERED = frozenset({Problem.FORBIDDEN, Problem.NOT_FOUND})
# What failed is tried again by `mfa_cleanup` after this.
RETRY_AFTER = timedelta(minutes=10)


def begin_revocations(actor: Actor, subject: User) -> list[Operation]:
    """Write the steps down, in the transaction that locks the account; earlier ones give way to them."""
    now = timezone.now()
    open_revocations(subject).update(state=OperationState.UNKNOWN.value, settled_at=now)
    return [Attempt(actor, subject, action, told=False, retried=True).begin() for action in AT_TENANT]


def begin_session_revocations(actor: Actor, subject: User, sids: Iterable[str]) -> list[Operation]:
    """Write down that these sessions end at the tenant, and that browsers are forgotten.

    A device that was signed out must not come back without the second factor.
    """
    named = Expected(sessions=tuple(dict.fromkeys(filter(None, sids))))
    steps = [(Action.SESSIONS_REVOKED, named)] if named.sessions else []
    steps.append((Action.BROWSERS_FORGOTTEN, NOTHING_LISTED))
    return [
        Attempt(actor, subject, action, told=False, retried=True).begin(expected)
        for action, expected in steps
    ]


class AtTenant(StrEnum):
    """How it went there, for whoever is waiting."""

    DONE = "done"
    LATER = "later"
    NOT_OFFERED = "not-offered"


def revoke_sessions(subject: User, operations: Sequence[Operation]) -> AtTenant:
    """Take these steps now; never raises for what the tenant does, and what failed is tried again."""
    _take(subject, operations)
    rows = Operation.objects.filter(pk__in=[operation.pk for operation in operations])
    undone = list(rows.exclude(state=OperationState.DONE))
    if any(row.settled_at is None for row in undone):
        return AtTenant.LATER
    return AtTenant.NOT_OFFERED if undone else AtTenant.DONE


def open_revocations(subject: User) -> OperationQuerySet:
    """Find the steps that are not done yet, and will be tried again."""
    return Operation.objects.open().filter(subject_id=subject.pk, retry_at__isnull=False)


def revoke(subject: User, operations: Sequence[Operation]) -> None:
    """Take these steps now, whoever else is changing the account: they lose their lease, and end at it."""
    with change_lease(subject, seize=True):
        _take(subject, operations)


def retry_revocations(subject: User) -> list[Operation]:
    """Take the steps that are due again, and return them; never raises for what the tenant does.

    Whose account is being changed at this moment waits for the next run.
    """
    operations = due_revocations(subject)
    with suppress(LeaseTakenError):
        if operations:
            with change_lease(subject):
                _take(subject, operations)
    return operations


def due_revocations(subject: User) -> list[Operation]:
    due = open_revocations(subject).filter(retry_at__lte=timezone.now())
    return list(due.select_related("actor").order_by("begun_at"))


def _take(subject: User, operations: Sequence[Operation]) -> None:
    named = [operation for operation in operations if operation.action == Action.SESSIONS_REVOKED]
    for operation in named:
        _note(subject, operation, _revoke_each(subject, operation.expected.sessions))
    rest = [operation for operation in operations if operation not in named]
    errors = _end_at_tenant(subject, {Action(operation.action) for operation in rest})
    for operation in rest:
        _note(subject, operation, errors[Action(operation.action)])


def _revoke_each(subject: User, sids: Sequence[str]) -> TenantError | None:
    """End them one by one, and stop at the first that fails: ending one again is harmless."""
    sub, gateway = subject_of(subject), AccessGateway.current
    failures = (_tried(lambda sid=sid: gateway().revoke_session(sub, sid)) for sid in sids)  # type: ignore[misc]
    return next((failure for failure in failures if failure), None)


def _note(subject: User, operation: Operation, error: TenantError | None) -> None:
    """Write down how a step went: that it failed once, however often it is tried; done whenever that is."""
    attempt = attempt_of(operation, subject)
    if error is None:
        settle(attempt, operation, Outcome.DONE, "")
        return
    is_final = error.code in NOT_OFFERED and operation.action != Action.BROWSERS_FORGOTTEN
    if is_final or operation.state == OperationState.BEGUN:
        outcome = Outcome.UNKNOWN if error.outcome is Certainty.UNKNOWN else Outcome.FAILED
        settle(attempt, operation, outcome, error.code.value, final=is_final)
    Operation.objects.filter(pk=operation.pk).update(retry_at=timezone.now() + RETRY_AFTER)


def _end_at_tenant(subject: User, steps: AbstractSet[Action]) -> dict[Action, TenantError | None]:
    """Sessions and refresh tokens, by one call where it is offered; then remembered browsers."""
    sub, gateway = subject_of(subject), AccessGateway.current
    calls: dict[Action, Callable[[], None]] = {
        Action.TENANT_SESSIONS_ENDED: lambda: gateway().end_sessions(sub),
        Action.TOKENS_REVOKED: lambda: gateway().revoke_refresh_tokens(sub),
        Action.BROWSERS_FORGOTTEN: lambda: forget_browsers_at_tenant(subject),
    }
    errors: dict[Action, TenantError | None] = {}
    if steps >= BY_ONE_CALL:
        error = _tried(lambda: gateway().revoke_access(sub))
        if error is None or error.code not in NOT_OFFERED:
            errors = dict.fromkeys(BY_ONE_CALL, error)
    for action in AT_TENANT:
        if action in steps and action not in errors:
            down = next((e for e in errors.values() if e and e.code is Problem.UNREACHABLE), None)
            errors[action] = down or _tried(calls[action])
    return errors


def _tried(change: Callable[[], None]) -> TenantError | None:
    """Try, and once more where the answer got lost: all of this is idempotent.

    What timed out is not repeated, for somebody is waiting.
    """
    try:
        change()
    except TenantError as error:
        if error.outcome is Certainty.NOT_DONE or error.code is Problem.TIMEOUT:
            return error
        try:
            change()
        except TenantError as again:
            return again.but(Certainty.UNKNOWN)
    return None


def forget_browsers_at_tenant(subject: User) -> None:
    """Ask once more where the answer is lost: no list tells, and doing it twice is doing it once."""
    gateway = ManagementGateway.current()
    try:
        gateway.forget_browsers(subject_of(subject))
    except TenantError as error:
        if error.outcome is Certainty.NOT_DONE:
            raise
        _once_more(gateway, subject)


def _once_more(gateway: ManagementGateway, subject: User) -> None:
    try:
        gateway.forget_browsers(subject_of(subject))
    except TenantError as error:
        raise error.but(Certainty.UNKNOWN) from None
