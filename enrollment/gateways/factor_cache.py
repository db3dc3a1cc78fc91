"""What is known of somebody's factors: read once, shared by all workers, dropped by every change."""

import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_hex
from typing import Any

from django.core.cache import cache
from django.utils import timezone

from accounts.auth0.errors import Problem, TenantError
from enrollment import conf
from enrollment.account.methods import Factor, Method, factors_from
from enrollment.gateways.management import ManagementGateway

# The shape of what is cached; another shape gets another number, and so old entries are not read by new code.
VERSION = 2
LOCK_SECONDS = 10
WAIT_SECONDS = 2.0
LOOK_EVERY_SECONDS = 0.05
# While the tenant fails, pages are shown from what was last known; it is asked again only after this.
COOL_DOWN = timedelta(seconds=5)
LONGEST_COOL_DOWN = timedelta(seconds=60)


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


@dataclass(frozen=True)
class _Entry:
    """What is cached for one person: masked methods, when they were read, whether a change outdated them."""

    methods: tuple[Method, ...]
    fetched_at: datetime
    outdated: bool = False

    @property
    def is_fresh(self) -> bool:
        return not self.outdated and timezone.now() - self.fetched_at < conf.factors_fresh_for()

    def snapshot(self, problem: TenantError | None = None) -> Snapshot:
        return Snapshot(factors_from(self.methods), self.fetched_at, problem is not None, problem)


def factors_of(sub: str) -> Snapshot:
    """Return somebody's factors for showing; never raises; asks the tenant once, or not while fresh."""
    keys = _Keys(sub)
    entry = _load(keys)
    if entry and entry.is_fresh:
        return entry.snapshot()
    if problem := _cooling_down(keys):
        return _last_known(entry, problem)
    if not cache.add(keys.lock, 1, LOCK_SECONDS):
        return _shared(keys, entry)
    try:
        return _asked(keys).snapshot()
    except TenantError as error:
        return _last_known(entry, error)
    finally:
        cache.delete(keys.lock)


def reliable_factors_of(sub: str) -> tuple[Factor, ...] | None:
    """Return what a gate may rest on: a fresh list, read now if need be; None where the tenant fails.

    What was last known is good enough for a page, and for no gate.
    """
    keys = _Keys(sub)
    entry = _load(keys)
    if entry and entry.is_fresh:
        return factors_from(entry.methods)
    if _cooling_down(keys):
        return None
    try:
        return factors_from(_asked(keys).methods)
    except TenantError:
        return None


def fresh_factors_of(sub: str) -> tuple[Factor, ...]:
    """Ask the tenant now, for a decision that must not rest on a memory; raises `TenantError`."""
    return factors_from(fresh_methods_of(sub))


def fresh_methods_of(sub: str) -> tuple[Method, ...]:
    """Ask the tenant now for every method, abandoned and unfinished enrollments too; raises `TenantError`."""
    return _fetched(_Keys(sub)).methods


def cached_factors_of(sub: str) -> tuple[Factor, ...] | None:
    """Return what is cached and still fresh, without asking the tenant."""
    entry = _load(_Keys(sub))
    return factors_from(entry.methods) if entry and entry.is_fresh else None


def invalidate(sub: str, *, removed: Iterable[str] = ()) -> None:
    """Drop what is cached after a change; it stays as what was last known, without what was removed."""
    keys = _Keys(sub)
    # Whoever is reading the list at this moment read it too early, and must not store it.
    cache.set(keys.generation, token_hex(8), _kept_seconds())
    cache.delete(keys.problem)
    entry, gone = _load(keys), set(removed)
    if entry:
        left = tuple(method for method in entry.methods if method.id not in gone)
        _store(keys, _Entry(left, entry.fetched_at, outdated=True))


class _Keys:
    """Cache keys of one person; the subject is hashed, since a cache's keys show up in its tools and logs."""

    def __init__(self, sub: str) -> None:
        stem = f"enrollment:factors:{VERSION}:{sha256(sub.encode()).hexdigest()}"
        self.sub = sub
        self.entry = stem
        self.lock = f"{stem}:lock"
        self.generation = f"{stem}:generation"
        self.problem = f"{stem}:problem"


def _fetched(keys: _Keys) -> _Entry:
    generation = cache.get(keys.generation)
    entry = _Entry(ManagementGateway.current().list_methods(keys.sub), timezone.now())
    if cache.get(keys.generation) == generation:
        _store(keys, entry)
    cache.delete(keys.problem)
    return entry


def _asked(keys: _Keys) -> _Entry:
    """Ask the tenant, and where it fails let it be for a while; raises `TenantError`."""
    try:
        return _fetched(keys)
    except TenantError as error:
        cache.set(keys.problem, _dump(error), _cool_down_seconds(error))
        raise


def _shared(keys: _Keys, entry: _Entry | None) -> Snapshot:
    """Somebody else is asking: show what there is, or wait a little for theirs."""
    if entry and not entry.outdated:
        return entry.snapshot()
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        time.sleep(LOOK_EVERY_SECONDS)
        found = _load(keys)
        if found and found.is_fresh:
            return found.snapshot()
        if problem := _cooling_down(keys):
            return _last_known(found, problem)
    return _last_known(entry, TenantError(Problem.TIMEOUT))


def _last_known(entry: _Entry | None, problem: TenantError) -> Snapshot:
    return entry.snapshot(problem) if entry else Snapshot(None, stale=True, problem=problem)


def _load(keys: _Keys) -> _Entry | None:
    stored: dict[str, Any] | None = cache.get(keys.entry)
    if stored is None:
        return None
    methods = tuple(Method(**method) for method in stored["methods"])
    return _Entry(methods, stored["fetched_at"], stored["outdated"])


def _store(keys: _Keys, entry: _Entry) -> None:
    cache.set(keys.entry, asdict(entry), _kept_seconds())


def _kept_seconds() -> int:
    return int(conf.factors_kept_for().total_seconds())


def _cooling_down(keys: _Keys) -> TenantError | None:
    code = cache.get(keys.problem)
    return TenantError(Problem(code)) if code else None


def _dump(error: TenantError) -> str:
    return error.code.value


def _cool_down_seconds(error: TenantError) -> float:
    asked = timedelta(seconds=error.retry_after or 0)
    return min(max(asked, COOL_DOWN), LONGEST_COOL_DOWN).total_seconds()
