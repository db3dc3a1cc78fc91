"""A cache that fails is let be by this process for some seconds: one that hangs costs a request one wait."""

import time
from collections import deque
from collections.abc import Iterable
from threading import Lock

PAUSE_SECONDS = 5.0
# What is owed beyond this has been read again from the tenant by then, or runs out by itself.
MOST_OWED = 2000


class CacheOutage:
    """When the cache may be tried again, and what is to be dropped from it first."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._until: float | None = None
        self._owed: deque[str] = deque(maxlen=MOST_OWED)

    @property
    def is_on(self) -> bool:
        return self._until is not None

    def lets_use(self) -> bool:
        """Say whether it may be used: after the pause by one thread, and by all once it has answered."""
        with self._lock:
            if self._until is None:
                return True
            now = time.monotonic()
            is_over = now >= self._until
            if is_over:
                self._until = now + PAUSE_SECONDS
            return is_over

    def begin(self) -> None:
        with self._lock:
            self._until = time.monotonic() + PAUSE_SECONDS

    def end(self) -> None:
        if self._until is not None:
            with self._lock:
                self._until = None

    def owe(self, keys: Iterable[str]) -> None:
        """Note what could not be dropped."""
        with self._lock:
            self._owed.extend(keys)

    def owed(self) -> list[str]:
        with self._lock:
            return list(self._owed)

    def paid(self, keys: Iterable[str]) -> None:
        """Forget what has been dropped; what came meanwhile stays."""
        dropped = set(keys)
        with self._lock:
            self._owed = deque((key for key in self._owed if key not in dropped), MOST_OWED)


outage = CacheOutage()
