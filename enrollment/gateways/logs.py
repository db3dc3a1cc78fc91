"""A person's entries in the tenant's log, through Auth0's Management API; most of each stays behind.

Auth0's entries hold phone numbers, codes, tokens and request bodies. Only what is named here goes on.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Any

from auth0.management.types import Log

from enrollment.audit.timeline import LogEntry
from enrollment.gateways.management import ManagementGateway
from enrollment.gateways.parsers import printable_line

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
