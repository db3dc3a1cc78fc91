"""Whether an enrollment waits for the person, and what to say where it does not."""

from enrollment.flows.enroll.refusals import over, unsettled
from enrollment.flows.enroll.rows import move
from enrollment.models import PendingEnrollment
from enrollment.pending import Event, State


def check_open(row: PendingEnrollment) -> None:
    """Raise `Refused` unless a settled enrollment waits for a proof."""
    if row.status in (State.STARTING, State.CONFIRMING, State.UNKNOWN):
        raise unsettled(row)
    if row.status is not State.CHALLENGED:
        raise over(row)
    if not row.secrets:
        # The key that sealed them is gone.
        move(row, Event.SPOILT, problem="unreadable")
        raise over(row)
