"""What a gate asks for, and how that is written into a session."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Self

from accounts import conf

Stored = dict[str, float | None]


@dataclass(frozen=True)
class Requirement:
    """How recent a proof a place asks for, on either clock or both.

    `after` also asks that each clock named was set later than that moment, however short the time since.
    """

    mfa_within: timedelta | None = None
    login_within: timedelta | None = None
    after: datetime | None = None

    def __post_init__(self) -> None:
        windows = [window for window in (self.mfa_within, self.login_within) if window is not None]
        if not windows or min(windows) <= timedelta():
            raise ValueError("A requirement names a window, and a window is longer than nothing.")

    @classmethod
    def mfa(cls, within: timedelta | None = None) -> "Requirement":
        """A second factor within the site's window, or the one given."""
        return _mfa(within or conf.step_up_window())

    @classmethod
    def fresh_login(cls, within: timedelta | None = None) -> Self:
        """A first factor within the site's window, for somebody who has no second one to be asked for."""
        return cls(login_within=within or conf.step_up_window())

    def dump(self) -> Stored:
        """Return every field as a number that JSON can hold."""
        return {field.name: _number(getattr(self, field.name)) for field in fields(self)}

    @classmethod
    def load(cls, stored: Mapping[str, float | None]) -> Self:
        """Read what `dump` wrote. Raises KeyError, TypeError or ValueError where it is something else."""
        return cls(
            mfa_within=_window(stored["mfa_within"]),
            login_within=_window(stored["login_within"]),
            after=_moment(stored["after"]),
        )


@lru_cache(maxsize=32)
def _mfa(within: timedelta) -> Requirement:
    # Asked for by most gates at every request.
    return Requirement(mfa_within=within)


def _number(value: Any) -> float | None:
    if value is None:
        return None
    return float(value.total_seconds() if isinstance(value, timedelta) else value.timestamp())


def _window(seconds: float | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)


def _moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
