"""Come back to an enrollment: see how it stands, wait for a phone, or give it up."""

from accounts.models import User
from enrollment import directory
from enrollment.actors import Actor
from enrollment.factors import Method
from enrollment.flows.enroll import rows
from enrollment.flows.enroll.cleaning import clean
from enrollment.flows.enroll.conclude import by_owner
from enrollment.flows.enroll.entry import visited
from enrollment.flows.enroll.refusals import unsettled
from enrollment.flows.enroll.settle import is_told_by_list, look, settle
from enrollment.flows.pace import keep_pace
from enrollment.gateways import TenantError
from enrollment.models import PendingEnrollment
from enrollment.pending import Event, State
from enrollment.pending.machine import sources


def pending_of(subject: User) -> tuple[PendingEnrollment, ...]:
    """Return what is open, as true as can be known; never raises."""
    open_rows = rows.live(subject)
    methods = look(subject) if any(is_told_by_list(row) for row in open_rows) else None
    for row in open_rows:
        settle(by_owner(subject), row, methods)
    return tuple(row for row in open_rows if row.is_live)


def enrollment_of(subject: User, pending_id: str) -> PendingEnrollment:
    """Return one enrollment, open or over; somebody else's is `Refused`."""
    row = rows.owned(subject, pending_id)
    settle(by_owner(subject), row, look(subject) if is_told_by_list(row) else None)
    return row


def check_push(actor: Actor, subject: User, pending_id: str) -> PendingEnrollment:
    """See whether the app has scanned the code, by the tenant's list: that costs no writes."""
    visited(actor, subject)
    return enrollment_of(subject, pending_id)


def give_up_all(subject: User, problem: str = "") -> None:
    """Cancel what is open, where all of an account is put in order: nobody may finish it behind that.

    `problem` is noted with each. What is being confirmed at this moment cannot be called back. Never raises
    for what the tenant does.
    """
    open_rows = rows.live(subject)
    if not open_rows:
        return
    methods = _methods(subject)
    for row in open_rows:
        settle(by_owner(subject), row, methods)
        _cancel(row, problem=problem)
    if methods is not None:
        clean(subject, methods)


def cancel_enrollment(actor: Actor, subject: User, pending_id: str) -> PendingEnrollment:
    """Give an enrollment up; it comes back confirmed where that had happened already.

    Raises `TenantError` where that cannot be told.
    """
    visited(actor, subject)
    keep_pace(actor)
    row = rows.owned(subject, pending_id)
    # A phone may have scanned the code already: giving up must not say that nothing was added.
    settle(actor, row, directory.fresh_methods_of(subject.sub or "") if is_told_by_list(row) else None)
    _cancel(row)
    if row.status in (State.CONFIRMING, State.UNKNOWN):
        raise unsettled(row)
    if row.strays:
        clean(subject)
    return row


def _methods(subject: User) -> tuple[Method, ...] | None:
    try:
        return directory.fresh_methods_of(subject.sub or "")
    except TenantError:
        return None


def _cancel(row: PendingEnrollment, problem: str = "") -> None:
    while row.status in sources(Event.CANCEL) and not rows.move(row, Event.CANCEL, problem=problem):
        continue
