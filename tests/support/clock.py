"""Moves time on for both sides at once: this process by time-machine, the tenant by its own control."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import time_machine
from django.conf import settings
from django.core.cache import caches

from tests.support.tenant import Tenant


class Clock:
    """Call it with seconds to let them pass; time goes on by itself as well."""

    def __init__(self, traveller: time_machine.Traveller, tenant: Tenant | None) -> None:
        self.traveller, self.tenant = traveller, tenant
        self.elapsed = 0.0

    def __call__(self, seconds: float | timedelta) -> None:
        """Let time pass here and at the tenant."""
        self.here(seconds)
        if self.tenant:
            self.tenant.clock(self.elapsed)

    def here(self, seconds: float | timedelta) -> None:
        """Let time pass on this side alone: the tenant's clock falls behind."""
        step = seconds.total_seconds() if isinstance(seconds, timedelta) else seconds
        self.elapsed += step
        self.traveller.shift(step)
        age_server_cache(step)

    @property
    def now(self) -> datetime:
        """The time it is now, here."""
        return datetime.now(UTC)


def age_server_cache(seconds: float) -> None:
    """Let time pass for Redis too, which has a clock of its own; the local-memory cache goes by ours."""
    if not settings.CACHES["default"]["BACKEND"].endswith("RedisCache"):
        return
    client = caches["default"]._cache.get_client(None, write=True)  # type: ignore[attr-defined]
    for key in client.scan_iter():
        left = client.pttl(key)
        if left > 0:
            client.pexpire(key, max(1, int(left - seconds * 1000)))


@contextmanager
def moving_clock(tenant: Tenant | None) -> Iterator[Clock]:
    """A clock that starts at the present and ticks."""
    with time_machine.travel(datetime.now(UTC), tick=True) as traveller:
        yield Clock(traveller, tenant)
