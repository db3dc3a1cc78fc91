"""An enrollment from start to end, as a machine: states, events, and what each state shows; pure."""

from enrollment.pending.limits import (
    COOL_DOWN,
    KEPT_FOR,
    LEASE,
    LIFE,
    MOST_ATTEMPTS,
    MOST_BEGUN,
    MOST_BEGUN_WITHIN,
    STRAY_AGE,
)
from enrollment.pending.machine import IllegalEventError, advance
from enrollment.pending.settling import Seen, due
from enrollment.pending.showing import Shown, shown
from enrollment.pending.states import CLOSED, LIVE, Event, State
from enrollment.pending.ways import ENROLLABLE, TYPED, Way, is_retriable, way_of

__all__ = [
    "CLOSED",
    "COOL_DOWN",
    "ENROLLABLE",
    "KEPT_FOR",
    "LEASE",
    "LIFE",
    "LIVE",
    "MOST_ATTEMPTS",
    "MOST_BEGUN",
    "MOST_BEGUN_WITHIN",
    "STRAY_AGE",
    "TYPED",
    "Event",
    "IllegalEventError",
    "Seen",
    "Shown",
    "State",
    "Way",
    "advance",
    "due",
    "is_retriable",
    "shown",
    "way_of",
]
