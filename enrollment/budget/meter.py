"""One person's account of writes, in the shared cache: all workers count together."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from django.core.cache import cache
from django.utils import timezone

from enrollment.budget.ledger import MINUTE, Ledger
from enrollment.gateways.errors import Problem, TenantError
from enrollment.gateways.rates import Rate

VERSION = 1
KEPT_SECONDS = int(3 * MINUTE)
LOCK_SECONDS = 5
WAIT_SECONDS = 1.0
LOOK_EVERY_SECONDS = 0.02


@dataclass(frozen=True)
class Budget:
    """Writes left, and when the next one may be made: at once, if any is left."""

    left: int
    opens_at: datetime


class BudgetSpent(TenantError):  # noqa: N818  # a state, not an error (CONTRIBUTING.md, words)
    """The write was held back, and nothing was asked of the tenant; `opens_at` is when it may be made."""

    def __init__(self, opens_at: datetime) -> None:
        wait = max(0.0, (opens_at - timezone.now()).total_seconds())
        super().__init__(Problem.RATE_LIMITED, retry_after=wait)
        self.opens_at = opens_at


class SharedMeter:
    """Counts the writes of one person for whichever worker makes them."""

    def __init__(self, sub: str) -> None:
        # Hashed, since a cache's keys show up in its tools and logs.
        self.key = f"enrollment:budget:{VERSION}:{sha256(sub.encode()).hexdigest()}"

    def look(self) -> Budget:
        ledger, now = self._load(), _now()
        return Budget(ledger.left(now), _moment(ledger.opens_at(now)))

    def reserve(self) -> float:
        """Set a write aside, or raise `BudgetSpent`: of two at once that want the last one, one gets it."""
        with self._alone() as is_alone:
            ledger, now = self._load(), _now()
            if not is_alone:
                raise BudgetSpent(_moment(now) + timedelta(seconds=WAIT_SECONDS))
            if not ledger.left(now):
                raise BudgetSpent(_moment(ledger.opens_at(now)))
            self._store(ledger.reserved(now))
        return now

    def settle(self, reserved_at: float, rate: Rate | None) -> None:
        """Take note of an answer. Where that cannot be written down, the write counts for its minute."""
        with self._alone() as is_alone:
            if is_alone:
                self._store(self._load().settled(reserved_at, rate, _now()))

    @contextmanager
    def _alone(self) -> Iterator[bool]:
        lock, deadline = f"{self.key}:lock", time.monotonic() + WAIT_SECONDS
        while not (is_mine := cache.add(lock, 1, LOCK_SECONDS)) and time.monotonic() < deadline:
            time.sleep(LOOK_EVERY_SECONDS)
        try:
            yield is_mine
        finally:
            if is_mine:
                cache.delete(lock)

    def _load(self) -> Ledger:
        return Ledger(**(cache.get(self.key) or {}))

    def _store(self, ledger: Ledger) -> None:
        cache.set(self.key, asdict(ledger), KEPT_SECONDS)


def _now() -> float:
    return timezone.now().timestamp()


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
