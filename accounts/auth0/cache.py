"""Django's cache for what is asked of the tenant: all processes share it, where it is a server.

The cache opens nothing, and nothing here needs it: without one, calls go to the tenant.
"""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from django.core.cache import cache

from accounts.auth0.network import seconds_left

logger = logging.getLogger(__name__)

LOOK_EVERY_SECONDS = 0.05

T = TypeVar("T")


def attempt(use: Callable[[], T], otherwise: T) -> T:
    """Use the cache, or go on without it. Each backend raises its own library's errors, so all are meant."""
    try:
        return use()
    except Exception as error:  # noqa: BLE001 - see above
        logger.warning("The cache failed: %s", type(error).__name__)
        return otherwise


def load(key: str) -> Any:
    """Return what is kept; None where nothing is, or the cache is down."""
    return attempt(lambda: cache.get(key), None)


def store(key: str, value: Any, seconds: float) -> None:
    attempt(lambda: cache.set(key, value, seconds), None)


def drop(*keys: str) -> None:
    attempt(lambda: cache.delete_many(keys), None)


def claim(key: str, seconds: float) -> bool:
    """Say whether we are the one of all processes; where the cache is down everybody is."""
    return attempt(lambda: bool(cache.add(key, 1, seconds)), True)


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
