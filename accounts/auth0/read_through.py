"""What the tenant said, kept for all: asked for once however many want it, and let be while it fails."""

import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any, Generic, TypeVar

from django.utils import timezone

from accounts.auth0.cache import LOOK_EVERY_SECONDS, MALFORMED, claim, drop, load, store, waiting_ends_at
from accounts.auth0.errors import Problem, RateLimited, TenantError
from accounts.auth0.network import seconds_left

# Longer than a call may take; whoever dies meanwhile holds up the others for this long at most.
LOCK_SECONDS = 15
# How long to wait for somebody else's call. Less than a request's deadline, or thirty pages at a hanging
# tenant would all be drawn at its very end.
WAIT_SECONDS = 3.0
# A tenant that fails is asked again only after this, or after what it asks for itself, up to a minute.
COOL_DOWN = timedelta(seconds=5)
SHORTEST_COOL_DOWN = timedelta(seconds=1)
LONGEST_COOL_DOWN = timedelta(seconds=60)

T = TypeVar("T")


@dataclass(frozen=True)
class Entry(Generic[T]):
    """What was read, and when; `outdated` once something changed it since."""

    value: T
    read_at: datetime
    outdated: bool = False


class ReadThrough(ABC, Generic[T]):
    """One thing that the tenant knows. A subclass says how it is read, how long it is good for, and kept.

    `dump…` make JSON of what is kept; `load…` raise one of `MALFORMED` for what is not theirs, which is as
    good as absent.
    """

    errors: type[Exception] = TenantError
    cool_down = COOL_DOWN

    def __init__(self, key: str) -> None:
        """`key` names nobody: a cache's keys show up in its tools and logs."""
        self.key = key
        self.lock_key = f"{key}:lock"
        self.problem_key = f"{key}:problem"
        self.generation_key = f"{key}:generation"

    # What a subclass says

    @abstractmethod
    def read(self) -> T:
        """Ask the tenant; raises one of `errors`."""

    def fresh_for(self) -> timedelta:
        """Return how long an answer is good for; by default it is asked for each time."""
        return timedelta()

    def kept_for(self) -> timedelta:
        """Return how long it is kept as what was last known; by default no longer than it is fresh."""
        return self.fresh_for()

    def is_fresh(self, entry: Entry[T]) -> bool:
        return not entry.outdated and timezone.now() - entry.read_at < self.fresh_for()

    def dump_value(self, value: T) -> Any:
        return value

    @abstractmethod
    def load_value(self, stored: Any) -> T:
        """Return what was read, of what `dump_value` made of it."""

    def dump(self, entry: Entry[T]) -> Any:
        return (self.dump_value(entry.value), entry.read_at.isoformat(), entry.outdated)

    def load(self, stored: Any) -> Entry[T] | None:
        value, read_at, outdated = stored
        return Entry(self.load_value(value), moment_from(read_at), bool(outdated))

    def dump_error(self, error: Any) -> Any:
        limited = error.code is Problem.RATE_LIMITED
        again_at = timezone.now().timestamp() + self._cool_down_seconds(error) if limited else None
        return (error.code.value, error.status, error.detail, again_at)

    def load_error(self, stored: Any) -> Exception:
        code, status, detail, again_at = stored
        wait = None if again_at is None else max(0.0, float(again_at) - timezone.now().timestamp())
        return TenantError(Problem(code), status=status and int(status), retry_after=wait, detail=str(detail))

    def waited_in_vain(self) -> Exception:
        return TenantError(Problem.TIMEOUT)

    def wait_asked_for(self, error: Any) -> float | None:
        """Return the seconds for which the tenant asks to be let be."""
        seconds: float | None = error.retry_after
        return seconds

    # What others ask

    def known(self) -> Entry[T] | None:
        """Return what was read last, however long ago; asks nobody."""
        stored = load(self.key)
        try:
            return None if stored is None else self.load(stored)
        except MALFORMED:
            return None

    def fresh(self) -> Entry[T] | None:
        """Return what is still fresh; asks nobody."""
        entry = self.known()
        return entry if entry and self.is_fresh(entry) else None

    def get(
        self, serves_meanwhile: Callable[[Entry[T]], bool] = lambda _: False, *, insist: bool = False
    ) -> Entry[T]:
        """Return what is fresh, read now if need be, by one of all that want it; the others wait for it.

        `serves_meanwhile` says whether an old one spares the waiting. Raises what `read` raises, and again
        without a call while the tenant is let be, which who must `insist` does not heed.
        """
        ends_at = waiting_ends_at(WAIT_SECONDS)
        while True:
            if entry := self._settled(insist):
                return entry
            if entry := self._read_alone(insist):
                return entry
            entry = self.known()
            if entry and serves_meanwhile(entry):
                return entry
            if time.monotonic() >= ends_at:
                raise self._gave_up()
            time.sleep(LOOK_EVERY_SECONDS)

    def get_unless_busy(self) -> Entry[T] | None:
        """Return what is fresh, read now if need be; None where somebody else is reading it at this moment.

        For what a page can do without. Raises what `read` raises.
        """
        return self._settled(insist=False) or self._read_alone(insist=False)

    def refresh(self) -> Entry[T]:
        """Ask now, whatever is kept, and keep the answer; raises what `read` raises."""
        generation = load(self.generation_key)
        try:
            entry = Entry(self.read(), timezone.now())
        except RateLimited:
            # Held back here: that is no problem of the tenant, and everybody has a turn of their own.
            raise
        except self.errors as error:
            store(self.problem_key, self.dump_error(error), self._cool_down_seconds(error))
            raise
        if load(self.generation_key) == generation:
            self.keep(entry)
        drop(self.problem_key)
        return entry

    def keep(self, entry: Entry[T]) -> None:
        store(self.key, self.dump(entry), self.kept_for().total_seconds())

    def invalidate(self) -> None:
        """Forget it after a change. Whoever reads it at this moment reads too early, and does not keep it."""
        store(self.generation_key, token_hex(8), LOCK_SECONDS * 4)
        drop(self.key, self.problem_key)

    def _read_alone(self, insist: bool) -> Entry[T] | None:
        if not claim(self.lock_key, LOCK_SECONDS):
            return None
        try:
            # Somebody may have been done just before.
            return self._settled(insist) or self.refresh()
        finally:
            drop(self.lock_key)

    def _settled(self, insist: bool) -> Entry[T] | None:
        if entry := self.fresh():
            return entry
        if not insist and (error := self._problem()):
            raise error
        return None

    def _problem(self) -> Exception | None:
        stored = load(self.problem_key)
        try:
            return None if stored is None else self.load_error(stored)
        except MALFORMED:
            return None

    def _gave_up(self) -> Exception:
        """Spare the others the waiting, unless it was our own request that had no more time."""
        error, left = self.waited_in_vain(), seconds_left()
        if left is None or left > 0:
            store(self.problem_key, self.dump_error(error), self.cool_down.total_seconds())
        return error

    def _cool_down_seconds(self, error: Exception) -> float:
        asked = self.wait_asked_for(error)
        pause = self.cool_down if asked is None else max(timedelta(seconds=asked), SHORTEST_COOL_DOWN)
        return min(pause, LONGEST_COOL_DOWN).total_seconds()


def moment_from(text: str) -> datetime:
    """Read a moment in ISO 8601; raises `ValueError` for one without a time zone: it compares with none."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("no time zone")
    return moment
