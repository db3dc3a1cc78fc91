"""What happened to an account, from two sources, told once and in order: pure."""

from enrollment.timeline.entries import Act, Ending, Family, Happening, LogEntry
from enrollment.timeline.filters import Show, picked
from enrollment.timeline.here import noted_here
from enrollment.timeline.joining import SAME_WITHIN, joined, without_discarded
from enrollment.timeline.tenant import noted_by_tenant

__all__ = [
    "SAME_WITHIN",
    "Act",
    "Ending",
    "Family",
    "Happening",
    "LogEntry",
    "Show",
    "joined",
    "noted_by_tenant",
    "noted_here",
    "picked",
    "without_discarded",
]
