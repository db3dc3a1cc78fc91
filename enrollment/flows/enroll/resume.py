"""Come back to an enrollment: see how it stands, wait for a phone, or give it up."""

from collections.abc import Sequence

from accounts.auth0.errors import TenantError
from accounts.identity import User, subject_of
from enrollment.account.methods import Method
from enrollment.actors import Actor
from enrollment.flows.change import throttle
from enrollment.flows.enroll.authorize import require_owner
from enrollment.flows.enroll.cleanup import remove_orphans
from enrollment.flows.enroll.complete import owner_actor
from enrollment.flows.enroll.errors import unresolved_error
from enrollment.flows.enroll.reconcile import needs_list, read_methods, reconcile
from enrollment.gateways import factor_cache
from enrollment.models.pending_enrollment import PendingEnrollment
from enrollment.pending import repository
from enrollment.pending.state_machine import Event, State, sources


def pending_of(
    subject: User, rows: Sequence[PendingEnrollment] | None = None
) -> tuple[PendingEnrollment, ...]:
    """Return what is open, as true as can be known; never raises. Rows are read where they are not given."""
    rows = repository.unsettled_enrollments(subject) if rows is None else rows
    open_rows = [row for row in rows if row.is_live]
    methods = read_methods(subject) if any(needs_list(row) for row in open_rows) else None
    for row in open_rows:
        reconcile(owner_actor(subject), row, methods)
    return tuple(row for row in open_rows if row.is_live)


def enrollment_of(subject: User, pending_id: str) -> PendingEnrollment:
    """Return one enrollment, open or over; somebody else's is `Refused`."""
    row = repository.get_owned(subject, pending_id)
    reconcile(owner_actor(subject), row, read_methods(subject) if needs_list(row) else None)
    return row


def check_push(actor: Actor, subject: User, pending_id: str) -> PendingEnrollment:
    """See whether the app has scanned the code, by the tenant's list: that costs no writes."""
    require_owner(actor, subject)
    return enrollment_of(subject, pending_id)


def cancel_all(subject: User, problem: str = "") -> None:
    """Cancel what is open, where all of an account is put in order: nobody may finish it behind that.

    `problem` is noted with each. What is being confirmed at this moment cannot be called back. Never raises
    for what the tenant does.
    """
    open_rows = [row for row in repository.unsettled_enrollments(subject) if row.is_live]
    if not open_rows:
        return
    methods = _methods(subject)
    for row in open_rows:
        reconcile(owner_actor(subject), row, methods)
        _cancel(row, problem=problem)
    if methods is not None:
        remove_orphans(subject, methods)


def cancel_enrollment(actor: Actor, subject: User, pending_id: str) -> PendingEnrollment:
    """Give an enrollment up; it comes back confirmed where that had happened already.

    Raises `TenantError` where that cannot be told.
    """
    require_owner(actor, subject)
    throttle(actor)
    row = repository.get_owned(subject, pending_id)
    # A phone may have scanned the code already: giving up must not say that nothing was added.
    reconcile(actor, row, factor_cache.fresh_methods_of(subject_of(subject)) if needs_list(row) else None)
    _cancel(row)
    if row.status in (State.CONFIRMING, State.UNKNOWN):
        raise unresolved_error(row)
    if row.orphans:
        remove_orphans(subject)
    return row


def _methods(subject: User) -> tuple[Method, ...] | None:
    try:
        return factor_cache.fresh_methods_of(subject_of(subject))
    except TenantError:
        return None


def _cancel(row: PendingEnrollment, problem: str = "") -> None:
    while row.status in sources(Event.CANCEL) and not repository.transition(
        row, Event.CANCEL, problem=problem
    ):
        continue
