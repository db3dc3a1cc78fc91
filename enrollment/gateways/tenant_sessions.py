"""What is known of somebody's sessions at the tenant: one call cold, none while fresh, never raises."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from auth0.management.types import SessionResponseContent

from accounts.auth0.claims import LONGEST_SID
from accounts.auth0.errors import Problem, TenantError
from accounts.auth0.management_limiter import low_priority
from accounts.auth0.read_through import ReadThrough, moment_from
from enrollment import conf
from enrollment.gateways.management import PAGE_SIZE, ManagementGateway
from enrollment.gateways.parsers import printable_line

# The shape of what is cached; another shape gets another number.
VERSION = 1
COOL_DOWN = timedelta(seconds=15)
LONGEST_AGENT = 300
# Where the plan has no sessions API, or its scope (read:sessions) is not granted.
NOT_OFFERED = frozenset({Problem.FORBIDDEN, Problem.NOT_FOUND})


@dataclass(frozen=True)
class TenantSession:
    """One session, as its person may see it."""

    id: str
    created_at: datetime | None = None
    seen_at: datetime | None = None
    ip: str = ""
    user_agent: str = ""


@dataclass(frozen=True)
class TenantSessions:
    """`entries` is empty where the tenant could not be asked, and `problem` then says why."""

    entries: tuple[TenantSession, ...] = ()
    problem: TenantError | None = None

    @property
    def is_offered(self) -> bool:
        return self.problem is None or self.problem.code not in NOT_OFFERED


class _Sessions(ReadThrough[tuple[TenantSession, ...]]):
    cool_down = COOL_DOWN

    def __init__(self, sub: str) -> None:
        # Hashed, since a cache's keys show up in its tools and logs.
        super().__init__(f"enrollment:sessions:{VERSION}:{sha256(sub.encode()).hexdigest()}")
        self.sub = sub

    def read(self) -> tuple[TenantSession, ...]:
        return SessionsGateway.current().of_person(self.sub)

    def fresh_for(self) -> timedelta:
        return conf.log_fresh_for()

    def dump_value(self, value: tuple[TenantSession, ...]) -> Any:
        return [
            {**asdict(each), "created_at": _dumped(each.created_at), "seen_at": _dumped(each.seen_at)}
            for each in value
        ]

    def load_value(self, stored: Any) -> tuple[TenantSession, ...]:
        times = ("created_at", "seen_at")
        return tuple(
            TenantSession(**{**each, **{name: moment_from(each[name]) for name in times if each[name]}})
            for each in stored
        )


def sessions_at_tenant(sub: str) -> TenantSessions:
    """Return them for showing."""
    try:
        with low_priority():
            return TenantSessions(_Sessions(sub).get().value)
    except TenantError as error:
        return TenantSessions(problem=error)


def known_sids(sub: str) -> tuple[str, ...]:
    """Name those that were shown a moment ago; asks nobody."""
    entry = _Sessions(sub).fresh()
    return tuple(each.id for each in entry.value) if entry else ()


def invalidate(sub: str) -> None:
    _Sessions(sub).invalidate()


class SessionsGateway(ManagementGateway):
    """Reads sessions, which takes an Enterprise plan."""

    def of_person(self, sub: str) -> tuple[TenantSession, ...]:
        """Return a person's sessions, the first hundred, in one call. Scope: read:sessions."""
        api = self._users(sub).sessions
        return self._read(lambda: _readable(_listed(api.list(sub, take=PAGE_SIZE).items)))


def _listed(items: list[SessionResponseContent] | None) -> list[SessionResponseContent]:
    if items is None:
        raise ValueError("the answer lacks a list")
    return items


def _readable(sessions: Iterable[SessionResponseContent]) -> tuple[TenantSession, ...]:
    """Leave out what has no id that could be told from others."""
    return tuple(_neutral(each) for each in sessions if each.id and len(each.id) <= LONGEST_SID)


def _neutral(session: SessionResponseContent) -> TenantSession:
    device = session.device
    return TenantSession(
        id=session.id or "",
        created_at=_moment(session.created_at),
        seen_at=_moment(session.last_interacted_at) or _moment(session.updated_at),
        ip=printable_line(device.last_ip if device else "", LONGEST_AGENT),
        user_agent=printable_line(device.last_user_agent if device else "", LONGEST_AGENT),
    )


def _moment(value: object) -> datetime | None:
    return value if isinstance(value, datetime) and value.tzinfo else None


def _dumped(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
