"""Whether an enrollment waits for the person, and what to say where it does not."""

from django.utils import timezone

from enrollment.flows.enroll.refusals import over, unsettled
from enrollment.flows.enroll.rows import move
from enrollment.models import PendingEnrollment
from enrollment.pending import Event, State


def check_open(row: PendingEnrollment) -> None:
    """Raise `Refused` unless a proof can be given now. Time is over when it is, whatever the list says."""
    if row.status in (State.STARTING, State.CONFIRMING, State.UNKNOWN):
        raise unsettled(row)
    if row.status is not State.CHALLENGED:
        raise over(row)
    if row.is_expired(timezone.now()):
        move(row, Event.EXPIRE)
        raise over(row)
    if not row.secrets:
        # The key that sealed them is gone.
        move(row, Event.SPOILT, problem="unreadable")
        raise over(row)
