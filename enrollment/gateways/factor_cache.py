"""What is known of somebody's factors: read once, shared by all workers, dropped by every change."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from accounts.auth0.errors import TenantError
from accounts.auth0.management_limiter import low_priority
from accounts.auth0.read_through import ReadThrough, moment_from
from enrollment import conf
from enrollment.account.methods import Factor, Method, factors_from
from enrollment.gateways.management import ManagementGateway

# The shape of what is cached; another shape gets another number, and so old entries are not read by new code.
VERSION = 4


@dataclass(frozen=True)
class Snapshot:
    """A list of factors, and how good it is.

    `factors` is None where nothing is known at all. `stale` says that the tenant could not be asked, and
    that this was last known as of `fetched_at`; `problem` says why it could not.
    """

    factors: tuple[Factor, ...] | None
    fetched_at: datetime | None = None
    stale: bool = False
    problem: TenantError | None = None

    def find(self, factor_id: str) -> Factor | None:
        """Return the factor of that id, by its own or a linked method's, if the person has it."""
        return next((f for f in self.factors or () if factor_id in f.method_ids), None)


class _FactorList(ReadThrough[tuple[Method, ...]]):
    """One person's masked methods."""

    def __init__(self, sub: str) -> None:
        # Hashed, since a cache's keys show up in its tools and logs.
        super().__init__(f"enrollment:factors:{VERSION}:{sha256(sub.encode()).hexdigest()}")
        self.sub = sub

    def read(self) -> tuple[Method, ...]:
        return ManagementGateway.current().list_methods(self.sub)

    def fresh_for(self) -> timedelta:
        return conf.factors_fresh_for()

    def kept_for(self) -> timedelta:
        return conf.factors_kept_for()

    def dump_value(self, value: tuple[Method, ...]) -> Any:
        return [dump_method(method) for method in value]

    def load_value(self, stored: Any) -> tuple[Method, ...]:
        return tuple(load_method(method) for method in stored)

    def last_known(self, problem: TenantError) -> Snapshot:
        entry = self.known()
        if entry is None:
            return Snapshot(None, stale=True, problem=problem)
        return Snapshot(factors_from(entry.value), entry.read_at, stale=True, problem=problem)


# Its members that are moments.
MOMENTS = ("created_at", "enrolled_at", "last_auth_at")


def dump_method(method: Method) -> dict[str, Any]:
    moments = {name: moment.isoformat() for name in MOMENTS if (moment := getattr(method, name))}
    return asdict(method) | moments


def load_method(stored: dict[str, Any]) -> Method:
    moments = {name: moment_from(stored[name]) for name in MOMENTS if stored[name]}
    nested = tuple((str(kind), str(method_id)) for kind, method_id in stored["nested"])
    return Method(**{**stored, **moments, "nested": nested})


def factors_of(sub: str) -> Snapshot:
    """Return somebody's factors for showing; never raises; asks the tenant once, or not while fresh."""
    kept = _FactorList(sub)
    try:
        with low_priority():
            # While somebody else asks, an old list is good enough, unless a change has outdated it.
            entry = kept.get(lambda old: not old.outdated)
    except TenantError as error:
        return kept.last_known(error)
    return Snapshot(factors_from(entry.value), entry.read_at)


def reliable_factors_of(sub: str) -> tuple[Factor, ...] | None:
    """Return what a gate may rest on: a fresh list, read now if need be; None where the tenant fails.

    What was last known is good enough for a page, and for no gate.
    """
    try:
        return factors_from(_FactorList(sub).get().value)
    except TenantError:
        return None


def fresh_factors_of(sub: str) -> tuple[Factor, ...]:
    """Ask the tenant now, for a decision that must not rest on a memory; raises `TenantError`."""
    return factors_from(fresh_methods_of(sub))


def fresh_methods_of(sub: str) -> tuple[Method, ...]:
    """Ask the tenant now for every method, abandoned and unfinished enrollments too; raises `TenantError`."""
    return _FactorList(sub).refresh().value


def cached_factors_of(sub: str) -> tuple[Factor, ...] | None:
    """Return what is cached and still fresh, without asking the tenant."""
    entry = _FactorList(sub).fresh()
    return factors_from(entry.value) if entry else None


def invalidate(sub: str, *, removed: Iterable[str] = ()) -> None:
    """Drop what is cached after a change; it stays as what was last known, without what was removed."""
    kept, gone = _FactorList(sub), set(removed)
    entry = kept.known()
    kept.invalidate()
    if entry:
        left = tuple(method for method in entry.value if method.id not in gone)
        kept.keep(replace(entry, value=left, outdated=True))
