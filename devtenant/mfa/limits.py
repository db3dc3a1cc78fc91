"""How often a person may fail or be sent something (Auth0's rate limit policy, multi-factor limits)."""

from __future__ import annotations

from dataclasses import dataclass

from devtenant.mfa.errors import TooManyError
from devtenant.records import User
from devtenant.store import Store


@dataclass(frozen=True)
class Limit:
    """A bucket of `size` that gains one every `seconds`."""

    size: int
    seconds: float
    words: str


FAILED = "Too many wrong codes. Wait a few minutes and try again, or use another method."
SENT = "Too many codes were sent. Use the last one, wait a while, or use another method."
LIMITS = {
    "code": Limit(10, 360, FAILED),
    "recovery": Limit(10, 360, FAILED),
    "webauthn": Limit(15, 4, "Too many attempts with a key. Wait a minute and try again."),
    "sms": Limit(10, 3600, SENT),
    "voice": Limit(10, 3600, SENT),
    "email": Limit(20, 60, SENT),
    "push": Limit(5, 12, "Too many push requests. Wait a minute and try again."),
}


def check(store: Store, user: User, name: str) -> None:
    """Refuse when the bucket is empty: even a right code is then of no use."""
    if _level(store, user, name) < 1:
        raise TooManyError(LIMITS[name].words)


def spend(store: Store, user: User, name: str) -> None:
    """Take one out of the bucket."""
    with store.lock:
        check(store, user, name)
        store.buckets[_key(user, name)] = [_level(store, user, name) - 1, store.now()]


def _level(store: Store, user: User, name: str) -> float:
    limit, now = LIMITS[name], store.now()
    level, at = store.buckets.get(_key(user, name), [float(limit.size), now])
    return min(float(limit.size), level + max(0.0, now - at) / limit.seconds)


def _key(user: User, name: str) -> str:
    return f"mfa-{name}:{user.user_id}"
