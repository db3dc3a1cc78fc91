"""How many writes a person has left at the My Account API: what answers say, counted for all workers."""

from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from http import HTTPStatus
from typing import Any, Self

from django.utils import timezone

from accounts.auth0 import cache
from accounts.auth0.answers import NUMBER, RateLimitHeaders, rate_limit_headers, retry_after_seconds
from accounts.auth0.cache import MALFORMED
from accounts.auth0.errors import RateLimited
from accounts.auth0.http import Response

GLOBAL_LIMIT = "global-rate-limit"
# Auth0's smallest plan: two writes a minute and person.
DEFAULT_LIMIT = 2
MINUTE = 60.0
# The tenant says its times in whole seconds, rounded up.
ROUNDING = 1.5


def rate_limit_from_headers(answer: Response) -> RateLimitHeaders | None:
    """Read the person's own limit; an answer that speaks of the whole tenant's says nothing about it."""
    headers = answer.headers
    limit = headers.get("x-ratelimit-limit", "")
    if headers.get("x-auth0-error-kind") == GLOBAL_LIMIT or not NUMBER.fullmatch(limit):
        return None
    if answer.status_code == HTTPStatus.TOO_MANY_REQUESTS:
        return RateLimitHeaders(int(limit), 0, retry_after_seconds(headers) or 0.0)
    return rate_limit_headers(headers)


@dataclass(frozen=True)
class WriteCount:
    """The tenant's last word (`remaining` at `read_at`, one more at `more_at`), and the writes since then.

    `open` are writes whose answer is not known, each good for a minute: lost ones count as made.
    """

    limit: int = DEFAULT_LIMIT
    remaining: int = DEFAULT_LIMIT
    read_at: float = 0.0
    more_at: float = 0.0
    open: tuple[float, ...] = ()

    @classmethod
    def load(cls, stored: Any) -> Self:
        """Read what `asdict` made of one; nothing, and what is none, is one that has counted no write."""
        try:
            return cls(
                limit=int(stored["limit"]),
                remaining=int(stored["remaining"]),
                read_at=float(stored["read_at"]),
                more_at=float(stored["more_at"]),
                open=tuple(float(moment) for moment in stored["open"]),
            )
        except MALFORMED:
            return cls()

    def left(self, now: float) -> int:
        return max(0, self._at_tenant(now) - len(self._open(now)))

    def opens_at(self, now: float) -> float:
        """Say when a write may be made: now, or at the first moment that frees one."""
        moments = (self.more_at, self.read_at + MINUTE, *(moment + MINUTE for moment in self._open(now)))
        later = sorted(moment for moment in moments if moment > now)
        return next((moment for moment in (now, *later) if self.left(moment)), now + MINUTE)

    def reserved(self, now: float) -> Self:
        return replace(self, open=(*self._open(now), now))

    def settled(self, reserved_at: float, rate: RateLimitHeaders | None, now: float) -> Self:
        """Close a write, with the tenant's word if it gave one.

        Two answers may overtake each other: of two words about the same refill, the smaller is the later.
        """
        waiting = list(self._open(now))
        if reserved_at in waiting:
            waiting.remove(reserved_at)
        if rate is None:
            return replace(self, open=tuple(waiting))
        more_at = now + min(max(rate.wait, 0.0), MINUTE)
        overtaken = now < self.more_at and abs(more_at - self.more_at) < ROUNDING
        return replace(
            self,
            limit=max(1, rate.limit),
            remaining=min(rate.remaining, self.remaining) if overtaken else rate.remaining,
            read_at=now,
            more_at=more_at,
            open=tuple(waiting),
        )

    def _at_tenant(self, now: float) -> int:
        if now >= self.read_at + MINUTE:
            return self.limit
        return min(self.limit, self.remaining + (1 if now >= self.more_at else 0))

    def _open(self, now: float) -> tuple[float, ...]:
        return tuple(moment for moment in self.open if now < moment + MINUTE)


VERSION = 2
KEPT_SECONDS = int(3 * MINUTE)
LOCK_SECONDS = 5
WAIT_SECONDS = 1.0
LOOK_EVERY_SECONDS = 0.02


@dataclass(frozen=True)
class RateLimitState:
    """Writes left, and when the next one may be made: at once, if any is left."""

    left: int
    opens_at: datetime


class SharedRateLimiter:
    """Counts the writes of one person for whichever worker makes them."""

    def __init__(self, sub: str) -> None:
        # Hashed, since a cache's keys show up in its tools and logs.
        self.key = f"enrollment:budget:{VERSION}:{sha256(sub.encode()).hexdigest()}"

    def look(self) -> RateLimitState:
        ledger, now = self._load(), _now()
        return RateLimitState(ledger.left(now), _moment(ledger.opens_at(now)))

    def reserve(self) -> float:
        """Set a write aside, or raise `RateLimited`: of two at once that want the last one, one gets it."""
        with self._alone() as is_alone:
            ledger, now = self._load(), _now()
            if not is_alone:
                raise RateLimited(_moment(now) + timedelta(seconds=WAIT_SECONDS))
            if not ledger.left(now):
                raise RateLimited(_moment(ledger.opens_at(now)))
            self._store(ledger.reserved(now))
        return now

    def settle(self, reserved_at: float, rate: RateLimitHeaders | None) -> None:
        """Take note of an answer. Where that cannot be written down, the write counts for its minute."""
        with self._alone() as is_alone:
            if is_alone:
                self._store(self._load().settled(reserved_at, rate, _now()))

    def _alone(self) -> AbstractContextManager[bool]:
        return cache.lock(f"{self.key}:lock", LOCK_SECONDS, WAIT_SECONDS, LOOK_EVERY_SECONDS)

    def _load(self) -> WriteCount:
        return WriteCount.load(cache.load(self.key))

    def _store(self, ledger: WriteCount) -> None:
        cache.store(self.key, asdict(ledger), KEPT_SECONDS)


def _now() -> float:
    return timezone.now().timestamp()


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def rate_limit_of(sub: str) -> RateLimitState:
    """Look what is left, without taking any of it."""
    return SharedRateLimiter(sub).look()
