"""Look at an account: its factors, how well they protect it, what happened lately."""

from dataclasses import dataclass

from accounts.models import User
from enrollment import directory
from enrollment.directory import Snapshot
from enrollment.factors import Factor, Protection, protection
from enrollment.flows.enroll.tidy import tidy_if_due
from enrollment.flows.late import late_factors
from enrollment.freezes import Freeze, freezes_of
from enrollment.models import ActivityEvent

LATEST = 5


@dataclass(frozen=True)
class Overview:
    """`protection` is None where no list of factors is known: nothing is claimed about what was not seen.

    `late` are factors that came while the account was locked.
    """

    snapshot: Snapshot
    protection: Protection | None
    events: tuple[ActivityEvent, ...]
    freeze: Freeze | None
    late: tuple[Factor, ...]


def security_overview(user: User) -> Overview:
    """Return what the security page shows; never raises, and asks the tenant once at most."""
    # First, for what it finds belongs on the page; its look at the list is then the page's as well.
    tidy_if_due(user)
    snapshot = directory.factors_of(user.sub or "")
    rows = freezes_of(user)
    late = late_factors(user, snapshot.factors or (), rows)
    return Overview(
        snapshot=snapshot,
        protection=protection(snapshot.factors) if snapshot.factors is not None else None,
        events=tuple(ActivityEvent.objects.of(user).select_related("actor")[:LATEST]),
        freeze=next((row for row in rows if row.ended_at is None), None),
        late=late,
    )
