"""Django's cache for what is asked of the tenant: all processes share it, where it is a server.

The cache opens nothing, and nothing here needs it: without one, calls go to the tenant. It holds JSON text,
whatever the site's cache does with values, so that each gives back the same.
"""

import json
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from django.core.cache import cache

from accounts.auth0.cache_outage import outage
from accounts.auth0.network import seconds_left

logger = logging.getLogger(__name__)

LOOK_EVERY_SECONDS = 0.05
# What reading garbage raises: somebody else's, or of another version.
MALFORMED = (TypeError, ValueError, LookupError, AttributeError, OverflowError)

T = TypeVar("T")


def attempt(use: Callable[[], T], otherwise: T) -> T:
    """Use the cache, or go on without it. Each backend raises its own library's errors, so all are meant."""
    if not outage.lets_use():
        return otherwise
    try:
        _drop_owed()
        result = use()
    except Exception as error:  # noqa: BLE001 - see above
        outage.begin()
        logger.warning("The cache failed, and is let be for some seconds: %s", type(error).__name__)
        return otherwise
    outage.end()
    return result


def _drop_owed() -> None:
    if owed := outage.owed():
        cache.delete_many(owed)
        outage.paid(owed)


def load(key: str) -> Any:
    """Return what is kept; None where that is nothing, or no JSON, or the cache is down."""
    try:
        return json.loads(attempt(lambda: cache.get(key), None) or "null")
    except (TypeError, ValueError, RecursionError):
        return None


def store(key: str, value: Any, seconds: float) -> None:
    """Keep a value that JSON can say; a tuple comes back as a list."""
    text = json.dumps(value)
    attempt(lambda: cache.set(key, text, seconds), None)


def drop(*keys: str) -> None:
    """Drop what is kept; with the cache down, as soon as it is back: it may still have what was."""

    def delete() -> bool:
        cache.delete_many(keys)
        return True

    if not attempt(delete, False):
        outage.owe(keys)


def claim(key: str, seconds: float) -> bool:
    """Say whether we are the one of all processes; where the cache is down everybody is."""
    return attempt(lambda: bool(cache.add(key, 1, seconds)), True)


def count(key: str, seconds: float) -> int:
    """Count one more within `seconds`, and say how many there were; none where the cache is down.

    Good for slowing somebody down. What protects an account is counted in the database.
    """

    def add() -> int:
        cache.add(key, 0, seconds)
        try:
            return int(cache.incr(key))
        except ValueError:  # it ran out between the two
            return 1

    return attempt(add, 0)


@contextmanager
def lock(key: str, seconds: float, wait: float, look_every: float = LOOK_EVERY_SECONDS) -> Iterator[bool]:
    """Wait to be the only one, for `wait` seconds or until the request's deadline; gives whether we are."""
    ends_at = waiting_ends_at(wait)
    while not (is_mine := claim(key, seconds)) and time.monotonic() < ends_at:
        time.sleep(look_every)
    try:
        yield is_mine
    finally:
        if is_mine:
            drop(key)


def waiting_ends_at(longest: float) -> float:
    """Return until when to wait for others, by the monotonic clock: the request's deadline at most."""
    left = seconds_left()
    return time.monotonic() + (longest if left is None else min(longest, left))
