"""What the whole tenant demands and offers, cached for minutes; who therefore must keep a second factor."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.core.cache import cache
from django.utils import timezone

from accounts.auth0.errors import Problem, TenantError
from accounts.identity import User, is_staff, is_superuser, subject_of
from enrollment import conf
from enrollment.account.removal import MfaRequirement
from enrollment.gateways.management import ManagementGateway
from enrollment.kinds.base import Kind
from enrollment.kinds.registry import by_link, kinds, on_offer

POLICIES_KEY = "enrollment:policies:1"
SWITCHES_KEY = "enrollment:switches:1"
# While the tenant fails it is asked again only after this, however often a page is looked at.
COOL_DOWN = timedelta(seconds=5)
# Demands a second factor of everybody at every sign-in; the adaptive policy does so only sometimes.
DEMANDS_MFA = "all-applications"

T = TypeVar("T")


def mfa_requirement(user: User) -> MfaRequirement:
    """Say whether this person must keep a second factor; a tenant that cannot be asked counts as yes."""
    try:
        return _requirement(user, policies)
    except TenantError:
        return MfaRequirement.UNKNOWN


def likely_mfa_requirement(user: User) -> MfaRequirement:
    """Say the same for showing only, from what is known already: no call, and not known is no demand."""
    return _requirement(user, lambda: _known(POLICIES_KEY) or ())


def _requirement(user: User, read: Callable[[], tuple[str, ...]]) -> MfaRequirement:
    if is_staff(user) or is_superuser(user):
        return MfaRequirement.STAFF
    return MfaRequirement.POLICY if DEMANDS_MFA in read() else MfaRequirement.NONE


def policies() -> tuple[str, ...]:
    """Return the tenant's MFA policies; raises `TenantError`."""
    return _fresh(POLICIES_KEY, lambda: ManagementGateway.current().get_policies())


def switches() -> dict[str, bool]:
    """Return Auth0's factor names and whether each is on; raises `TenantError`."""
    return _fresh(SWITCHES_KEY, lambda: ManagementGateway.current().list_factors())


def addable_kinds() -> tuple[Kind, ...]:
    """Return the kinds that the tenant offers and a person may add, strongest first; raises `TenantError`."""
    return _addable(switches())


def likely_addable_kinds() -> tuple[Kind, ...]:
    """Return the same for showing only, from what is known already: all of them where nothing is."""
    known: dict[str, bool] | None = _known(SWITCHES_KEY)
    return by_link() if known is None else _addable(known)


def _addable(on: dict[str, bool]) -> tuple[Kind, ...]:
    return tuple(kind for kind in by_link() if on.get(kind.switch or "", False))


def offered_kinds(user: User) -> tuple[Kind, ...]:
    """Return what a person may add, in the page or by link, strongest first; raises `TenantError`."""
    return _offered(user, switches())


def likely_offered_kinds(user: User) -> tuple[Kind, ...]:
    """Return the same for showing only, from what is known already: all of them where nothing is."""
    known: dict[str, bool] | None = _known(SWITCHES_KEY)
    return _offered(user, dict.fromkeys(_switch_names(), True) if known is None else known)


def _switch_names() -> tuple[str, ...]:
    return tuple(kind.switch for kind in kinds() if kind.switch)


def _offered(user: User, on: dict[str, bool]) -> tuple[Kind, ...]:
    return tuple(kind for kind in on_offer() if kind.is_offered(subject_of(user), lambda: on))


def invalidate() -> None:
    """Drop what is cached, after a change of the tenant's settings."""
    keys = (POLICIES_KEY, SWITCHES_KEY)
    cache.delete_many([*keys, *map(_problem, keys)])


def _fresh(key: str, read: Callable[[], T]) -> T:
    stored: tuple[datetime, T] | None = cache.get(key)
    if stored and timezone.now() - stored[0] < conf.policy_fresh_for():
        return stored[1]
    if problem := cache.get(_problem(key)):
        raise TenantError(Problem(problem))
    try:
        value = read()
    except TenantError as error:
        cache.set(_problem(key), error.code.value, COOL_DOWN.total_seconds())
        raise
    cache.set(key, (timezone.now(), value), int(conf.factors_kept_for().total_seconds()))
    return value


def _problem(key: str) -> str:
    return f"{key}:problem"


def _known(key: str) -> Any:
    """What was read last, however long ago."""
    stored = cache.get(key)
    return stored[1] if stored else None
