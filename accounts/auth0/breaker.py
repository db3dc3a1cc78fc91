"""A circuit breaker for each of the tenant's APIs: what fails for one process is let be by all of them.

It counts what says that the API is out of order, and no refusal of a person. Without a cache nothing is held
back. No library that is kept shares its state by Django's cache and lets a single process probe.
"""

import logging
from dataclasses import dataclass
from enum import Enum, StrEnum

from django.core.cache import cache
from django.utils import timezone

from accounts.auth0.cache import attempt, claim, count, drop, load, store

logger = logging.getLogger(__name__)

# The shape of what is cached; another shape gets another number.
VERSION = 2
# Failures without an answer in between, within this time, that open it.
MOST_FAILURES = 5
FAILURES_SECONDS = 30
# For how long nobody calls; then one call is let through at a time, to see.
OPEN_SECONDS = 5.0
# A probe that has not come back by then is lost, and another may be made.
PROBE_SECONDS = 15
# One that nobody probes for this long is forgotten.
KEPT_SECONDS = 300


class Api(StrEnum):
    """What fails on its own at the tenant."""

    SIGN_IN = "sign-in"
    MANAGEMENT = "management"
    MY_ACCOUNT = "my-account"


class State(Enum):
    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half-open"


def api_of(path: str) -> Api:
    """Name the API that a path of the tenant belongs to."""
    if path.startswith("/api/v2/"):
        return Api.MANAGEMENT
    return Api.MY_ACCOUNT if path.startswith("/me/") else Api.SIGN_IN


def state_at(now: float, opened_at: float | None) -> State:
    """Tell the state by when it opened last, in seconds. A clock that was set back counts as time gone by."""
    if opened_at is None:
        return State.CLOSED
    return State.OPEN if 0 <= now - opened_at < OPEN_SECONDS else State.HALF_OPEN


def opens(failures: int, state: State) -> bool:
    """Say whether one more failure, of so many, opens it; a probe that failed does at once."""
    return state is not State.CLOSED or failures >= MOST_FAILURES


@dataclass(frozen=True)
class Breaker:
    """The breaker of one API at one host."""

    host: str
    api: Api

    def lets_through(self) -> bool:
        """Say whether a call may be made now; whoever is told so says afterwards how it ended."""
        state = self._state()
        return state is State.CLOSED or (
            state is State.HALF_OPEN and claim(self._key("probe"), PROBE_SECONDS)
        )

    def succeeded(self) -> None:
        """Close it: the API answered, be it a refusal."""
        if attempt(lambda: cache.delete(self._key("opened")), False):
            logger.warning("The tenant answers again: %s API", self.api.value)
        drop(self._key("probe"), self._key("failures"))

    def failed(self) -> None:
        """Count a connection that failed, a timeout or a 5xx."""
        state = self._state()
        if opens(count(self._key("failures"), FAILURES_SECONDS), state):
            store(self._key("opened"), _now(), KEPT_SECONDS)
            drop(self._key("probe"))
            if state is State.CLOSED:
                logger.error("The tenant fails: no calls to its %s API for now", self.api.value)

    def learned_nothing(self) -> None:
        """Let another call be the probe, if this was it."""
        drop(self._key("probe"))

    def _state(self) -> State:
        opened_at = load(self._key("opened"))
        return state_at(_now(), opened_at if isinstance(opened_at, float) else None)

    def _key(self, name: str) -> str:
        return f"accounts:breaker:{VERSION}:{self.host}:{self.api.value}:{name}"


def _now() -> float:
    return timezone.now().timestamp()
