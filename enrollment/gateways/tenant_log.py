"""What is known of somebody's entries in the tenant's log: one call cold, none while fresh, never raises."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from accounts.auth0.errors import TenantError
from accounts.auth0.read_through import Entry, ReadThrough
from enrollment import conf
from enrollment.audit.timeline import LogEntry
from enrollment.gateways.logs import MOST_ENTRIES, LogGateway

# The shape of what is cached; another shape gets another number.
VERSION = 2
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


class _Log(ReadThrough[tuple[LogEntry, ...]]):
    cool_down = COOL_DOWN

    def __init__(self, sub: str) -> None:
        # Hashed, since a cache's keys show up in its tools and logs.
        super().__init__(f"enrollment:log:{VERSION}:{sha256(sub.encode()).hexdigest()}")
        self.sub = sub

    def read(self) -> tuple[LogEntry, ...]:
        return LogGateway.current().of_person(self.sub)

    def fresh_for(self) -> timedelta:
        return conf.log_fresh_for()

    def dump(self, entry: Entry[tuple[LogEntry, ...]]) -> Any:
        return ([asdict(each) for each in entry.value], entry.read_at, entry.outdated)

    def load(self, stored: Any) -> Entry[tuple[LogEntry, ...]]:
        entries, *facts = stored
        return Entry(tuple(LogEntry(**each) for each in entries), *facts)


def log_of(sub: str) -> TenantLog:
    """Return somebody's latest entries for showing."""
    try:
        entry = _Log(sub).get()
    except TenantError as error:
        return TenantLog(problem=error)
    return TenantLog(entry.value, entry.read_at)


def invalidate(sub: str) -> None:
    """Drop what is cached, where something has just happened that the log will tell of."""
    _Log(sub).invalidate()
