"""Look at an account: its factors, how well they protect it, what happened lately."""

from dataclasses import dataclass

from accounts.models import User
from enrollment import directory
from enrollment.directory import Snapshot
from enrollment.factors import Protection, protection
from enrollment.flows.enroll.tidy import tidy_if_due
from enrollment.models import ActivityEvent

LATEST = 5


@dataclass(frozen=True)
class Overview:
    """`protection` is None where no list of factors is known: nothing is claimed about what was not seen."""

    snapshot: Snapshot
    protection: Protection | None
    events: tuple[ActivityEvent, ...]


def security_overview(user: User) -> Overview:
    """Return what the security page shows; never raises, and asks the tenant once at most."""
    # First, for what it finds belongs on the page; its look at the list is then the page's as well.
    tidy_if_due(user)
    snapshot = directory.factors_of(user.sub or "")
    events = tuple(ActivityEvent.objects.of(user).select_related("actor")[:LATEST])
    return Overview(snapshot, protection(snapshot.factors) if snapshot.factors is not None else None, events)
