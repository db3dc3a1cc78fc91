"""What a gate asks for, and how that is written into a session."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Self

from accounts import conf
from accounts.auth0.claims import PAPE_MFA, PAPE_PHISHING_RESISTANT

Stored = dict[str, float | None]


@dataclass(frozen=True)
class Requirement:
    """How recent a proof a place asks for, on any of three clocks.

    `after` also asks that each clock named was set later than that moment, however short the time since.
    """

    mfa_within: timedelta | None = None
    login_within: timedelta | None = None
    after: datetime | None = None
    phishing_resistant_within: timedelta | None = None

    def __post_init__(self) -> None:
        if not self.windows or min(self.windows) <= timedelta():
            raise ValueError("A requirement names a window, and a window is longer than nothing.")

    @property
    def windows(self) -> list[timedelta]:
        """Those it names."""
        known = (self.mfa_within, self.login_within, self.phishing_resistant_within)
        return [window for window in known if window is not None]

    @property
    def acr_values(self) -> str | None:
        """What asks the tenant for it (OpenID Connect Core, section 3.1.2.1), and a client to ask there."""
        if self.phishing_resistant_within is None:
            return PAPE_MFA if self.mfa_within else None
        # Who shows a passkey is asked for nothing more, unless it is no second factor here.
        asks_both = self.mfa_within is not None and not conf.passkey_is_mfa()
        return f"{PAPE_PHISHING_RESISTANT} {PAPE_MFA}" if asks_both else PAPE_PHISHING_RESISTANT

    def halved(self) -> "Requirement":
        """Return one with half of each window."""
        mfa, login, resistant = (
            window and window / 2
            for window in (self.mfa_within, self.login_within, self.phishing_resistant_within)
        )
        return replace(self, mfa_within=mfa, login_within=login, phishing_resistant_within=resistant)

    @classmethod
    def mfa(cls, within: timedelta | None = None) -> "Requirement":
        """A second factor within the site's window, or the one given."""
        return _mfa(within or conf.step_up_window())

    @classmethod
    def fresh_login(cls, within: timedelta | None = None) -> Self:
        """A first factor within the site's window, for somebody who has no second one to be asked for."""
        return cls(login_within=within or conf.step_up_window())

    @classmethod
    def phishing_resistant(cls, within: timedelta | None = None) -> Self:
        """A passkey or a security key, which no fake sign-in page can take, within the site's window or this.

        The tenant must tell which methods were used (`AUTH0_METHODS_CLAIM`); else nothing opens.
        """
        return cls(phishing_resistant_within=within or conf.step_up_window())

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
            # An earlier version wrote none.
            phishing_resistant_within=_window(stored.get("phishing_resistant_within")),
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
