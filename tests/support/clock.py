"""Moves time on for both sides at once: this process by time-machine, the tenant by its own control."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import time_machine

from tests.support import shared_cache
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
        shared_cache.age(step)

    @property
    def now(self) -> datetime:
        """The time it is now, here."""
        return datetime.now(UTC)


@contextmanager
def moving_clock(tenant: Tenant | None) -> Iterator[Clock]:
    """A clock that starts at the present and ticks."""
    with time_machine.travel(datetime.now(UTC), tick=True) as traveller:
        yield Clock(traveller, tenant)
