"""What is known of somebody's entries in the tenant's log: one call cold, none while fresh, never raises."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.core.cache import cache
from django.utils import timezone

from accounts.auth0.errors import Problem, TenantError
from enrollment import conf
from enrollment.audit.timeline import LogEntry
from enrollment.gateways.logs import MOST_ENTRIES, LogGateway

# The shape of what is cached; another shape gets another number.
VERSION = 1
# While the tenant fails, the page goes on without its log, and it is asked again only after this.
COOL_DOWN = timedelta(seconds=15)


@dataclass(frozen=True)
class TenantLog:
    """`entries` is empty where the tenant could not be asked, and `problem` then says why."""

    entries: tuple[LogEntry, ...] = ()
    fetched_at: datetime | None = None
    problem: TenantError | None = None

    @property
    def is_cut(self) -> bool:
        """Whether there may be more at the tenant than it gives at once."""
        return len(self.entries) >= MOST_ENTRIES


def log_of(sub: str) -> TenantLog:
    """Return somebody's latest entries for showing."""
    key = _key(sub)
    if stored := cache.get(key):
        return _loaded(stored)
    try:
        entries = LogGateway.current().of_person(sub)
    except TenantError as error:
        cache.set(key, {"problem": error.code.value}, COOL_DOWN.total_seconds())
        return TenantLog(problem=error)
    log = TenantLog(entries, timezone.now())
    cache.set(
        key,
        {"entries": [asdict(entry) for entry in entries], "fetched_at": log.fetched_at},
        conf.log_fresh_for().total_seconds(),
    )
    return log


def invalidate(sub: str) -> None:
    """Drop what is cached, where something has just happened that the log will tell of."""
    cache.delete(_key(sub))


def _loaded(stored: dict[str, Any]) -> TenantLog:
    if code := stored.get("problem"):
        return TenantLog(problem=TenantError(Problem(code)))
    return TenantLog(tuple(LogEntry(**entry) for entry in stored["entries"]), stored["fetched_at"])


def _key(sub: str) -> str:
    """Hashed, since a cache's keys show up in its tools and logs."""
    return f"enrollment:log:{VERSION}:{sha256(sub.encode()).hexdigest()}"
