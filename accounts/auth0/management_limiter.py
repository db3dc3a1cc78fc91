"""One rate limit for the Management API of a tenant: what all processes have learned of it, and who waits.

Where the cache is down nothing is known, and nobody is held back.
"""

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import asdict
from hashlib import sha256
from typing import Any

from django.utils import timezone

from accounts import conf
from accounts.auth0 import cache
from accounts.auth0.answers import RateLimitHeaders
from accounts.auth0.network import seconds_left
from accounts.auth0.token_bucket import TokenBucket

VERSION = 2
KEPT_SECONDS = 24 * 3600
LOCK_SECONDS = 2
LOCK_WAIT_SECONDS = 0.5
LOCK_LOOK_EVERY_SECONDS = 0.01
# So long after a request began it waits for its turn no more: its page is to be there within three seconds.
PATIENCE_SECONDS = 1.5
LOOK_EVERY_SECONDS = 0.05

_patient_until: ContextVar[float | None] = ContextVar("low_priority", default=None)


@contextmanager
def low_priority() -> Iterator[None]:
    """Let calls made inside leave some of the limit to changes: they wait their turn, or are held back."""
    outer = _patient_until.get()
    token = _patient_until.set(_end_of_patience() if outer is None else outer)
    try:
        yield
    finally:
        _patient_until.reset(token)


def _end_of_patience() -> float:
    """Return until when to wait, by the monotonic clock."""
    now, left = time.monotonic(), seconds_left()
    since_it_began = 0.0 if left is None else max(0.0, conf.request_timeout() - left)
    return min(now + PATIENCE_SECONDS - since_it_began, cache.waiting_ends_at(PATIENCE_SECONDS))


class Held(Exception):  # noqa: N818  # a state, not an error (CONTRIBUTING.md, words)
    """The call was not made; it may be at `opens_at`, in seconds."""

    def __init__(self, opens_at: float) -> None:
        super().__init__("held back")
        self.opens_at = opens_at


class ManagementLimiter:
    """Counts the calls to the Management API at one host."""

    def __init__(self, host: str) -> None:
        self.key = f"accounts:management-limit:{VERSION}:{host}"

    def take(self, path: str) -> float:
        """Count a call; of low priority it waits for its turn, or raises `Held` where that is long."""
        # Hashed, since it names a person.
        who, patient_until = sha256(path.encode()).hexdigest()[:16], _patient_until.get()
        while True:
            # Without the lock: all that wait look at once, and those who call must get by.
            if patient_until is None or not self._waits(who, patient_until):
                taken_at = self._try(who, patient_until)
                if taken_at is not None:
                    return taken_at
            time.sleep(LOOK_EVERY_SECONDS)

    def answered(self, taken_at: float, told: RateLimitHeaders | None) -> None:
        with self._alone() as is_alone:
            if is_alone:
                self._store(self._load().answered(taken_at, told, _now()))

    def refused(self, taken_at: float, wait: float) -> None:
        with self._alone() as is_alone:
            if is_alone:
                self._store(self._load().refused(taken_at, wait, _now()))

    def _waits(self, who: str, patient_until: float) -> bool:
        """Say whether there is nothing to do yet but to wait: for the first answer, or for a turn at hand."""
        bucket, now = self._load(), _now()
        patience = patient_until - time.monotonic()
        if patience <= 0 or bucket.may_go(who, now):
            return False
        is_near = who in bucket.turns and bucket.opens_at(who, now) - now <= patience
        return is_near or bucket.is_learning(now)

    def _try(self, who: str, patient_until: float | None) -> float | None:
        """Take a token, or a turn; raises `Held` where that is later than anybody waits here."""
        with self._alone() as is_alone:
            bucket, now = self._load(), _now()
            if patient_until is None or not is_alone or bucket.may_go(who, now):
                if is_alone:
                    self._store(bucket.taken(who, now))
                return now
            opens_at, patience = bucket.opens_at(who, now), patient_until - time.monotonic()
            if patience > 0 and bucket.is_learning(now):
                return None
            self._store(bucket.booked(who, opens_at, now))
        if opens_at - now > patience:
            raise Held(opens_at)
        return None

    def _alone(self) -> AbstractContextManager[bool]:
        return cache.lock(f"{self.key}:lock", LOCK_SECONDS, LOCK_WAIT_SECONDS, LOCK_LOOK_EVERY_SECONDS)

    def _load(self) -> TokenBucket:
        return _bucket_from(cache.load(self.key))

    def _store(self, bucket: TokenBucket) -> None:
        cache.store(self.key, asdict(bucket), KEPT_SECONDS)


def _bucket_from(stored: Any) -> TokenBucket:
    """Read what `asdict` made of one; nothing, and what is none, is one of which nothing is known."""
    try:
        return TokenBucket(
            limit=int(stored["limit"]),
            remaining=float(stored["remaining"]),
            as_of=float(stored["as_of"]),
            answered_at=float(stored["answered_at"]),
            is_known=bool(stored["is_known"]),
            unanswered=tuple(float(moment) for moment in stored["unanswered"]),
            turns={str(who): float(at) for who, at in stored["turns"].items()},
        )
    except cache.MALFORMED:
        return TokenBucket()


def _now() -> float:
    return timezone.now().timestamp()
