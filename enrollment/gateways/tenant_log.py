"""What is known of somebody's entries in the tenant's log: one call cold, none while fresh, never raises."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from ipaddress import ip_address
from typing import Any

from auth0.management.types import Log

from accounts.auth0.errors import TenantError
from accounts.auth0.management_limiter import low_priority
from accounts.auth0.read_through import ReadThrough, moment_from
from enrollment import conf
from enrollment.audit.timeline import LogEntry
from enrollment.gateways.management import ManagementGateway
from enrollment.gateways.parsers import printable_line

# The shape of what is cached; another shape gets another number.
VERSION = 3
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

    def dump_value(self, value: tuple[LogEntry, ...]) -> Any:
        return [{**asdict(entry), "at": entry.at.isoformat()} for entry in value]

    def load_value(self, stored: Any) -> tuple[LogEntry, ...]:
        return tuple(LogEntry(**{**entry, "at": moment_from(entry["at"])}) for entry in stored)


def log_of(sub: str) -> TenantLog:
    """Return somebody's latest entries for showing."""
    try:
        with low_priority():
            entry = _Log(sub).get()
    except TenantError as error:
        return TenantLog(problem=error)
    return TenantLog(entry.value, entry.read_at)


def invalidate(sub: str) -> None:
    """Drop what is cached, where something has just happened that the log will tell of."""
    _Log(sub).invalidate()


# By offset, for the SDK cannot read what this call answers without `page`; and Auth0 gives no more at once.
MOST_ENTRIES = 100
LONGEST = 60
LONGEST_AGENT = 300
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,60}")
METHOD_ID = re.compile(r"[\w|.-]{1,120}")
MFA = "mfa"


class LogGateway(ManagementGateway):
    """Reads logs."""

    def of_person(self, sub: str) -> tuple[LogEntry, ...]:
        """Return a person's latest entries, in one call. Scope: read:logs_users (or read:logs)."""
        return self._read(lambda: _readable(self._page(sub)))

    def _page(self, sub: str) -> list[Log]:
        pager = self.api.users.logs.list(sub, page=0, per_page=MOST_ENTRIES, sort="date:-1")
        return list(pager.items or [])


def _readable(logs: list[Log]) -> tuple[LogEntry, ...]:
    """Leave out entries without an id or a time: nothing could be said of them."""
    return tuple(entry for log in logs if (entry := neutral(log)) is not None)


def neutral(log: Log) -> LogEntry | None:
    """Take over what is on the list, and check each of it for what it should be."""
    at, details = _moment(log.date), _members(log.details)
    if not (log.log_id and at):
        return None
    enrollment, device = _members(details.get("enrollment")), _members(details.get("authenticator"))
    return LogEntry(
        id=printable_line(log.log_id, LONGEST_AGENT),
        at=at,
        type=_match(NAME, log.type),
        ip=_address(log.ip),
        user_agent=printable_line(log.user_agent, LONGEST_AGENT),
        place=_place(log),
        application=printable_line(log.client_name, LONGEST),
        operation=_match(NAME, details.get("operation")),
        factor_type=_match(NAME, device.get("type") or details.get("authentication_method")),
        factor_id=_match(
            METHOD_ID, enrollment.get("_id") or device.get("id") or details.get("authentication_method_id")
        ),
        with_mfa=_has_mfa(details.get("prompts")),
    )


def _place(log: Log) -> str:
    """Town and country, in Auth0's English; not the coordinates."""
    where = log.location_info
    names = (
        (printable_line(where.city_name, LONGEST), printable_line(where.country_name, LONGEST))
        if where
        else ()
    )
    return ", ".join(name for name in names if name)


def _has_mfa(prompts: Any) -> bool:
    items = prompts if isinstance(prompts, list) else []
    return any(MFA in (_members(item).get("performed_amr") or ()) for item in items)


def _members(value: Any) -> Mapping[str, Any]:
    """Read an object of the answer, which the SDK hands over as a model or as it came."""
    if isinstance(value, Mapping):
        return value
    return value.model_dump(by_alias=True) if hasattr(value, "model_dump") else {}


def _match(pattern: re.Pattern[str], value: Any) -> str:
    return value if isinstance(value, str) and pattern.fullmatch(value) else ""


def _address(value: Any) -> str:
    try:
        return str(ip_address(value or ""))
    except ValueError:
        return ""


def _moment(value: Any) -> datetime | None:
    """Read an ISO 8601 time; Auth0 means UTC."""
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
