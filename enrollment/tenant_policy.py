"""What the whole tenant demands and offers, cached for minutes; who therefore must keep a second factor."""

from collections.abc import Callable
from typing import TypeVar

from django.core.cache import cache

from accounts.models import User
from enrollment import conf
from enrollment.factors import FactorKind, Mandate
from enrollment.factors.kinds import ADDABLE_KINDS
from enrollment.gateways import ManagementGateway, TenantError

POLICIES_KEY = "enrollment:policies:1"
FACTORS_KEY = "enrollment:switches:1"
# Demands a second factor of everybody at every sign-in; the adaptive policy does so only sometimes.
DEMANDS_MFA = "all-applications"

T = TypeVar("T")


def mfa_mandate(user: User) -> Mandate:
    """Say whether this person must keep a second factor; a tenant that cannot be asked counts as yes."""
    if user.is_staff or user.is_superuser:
        return Mandate.STAFF
    try:
        demanded = DEMANDS_MFA in policies()
    except TenantError:
        return Mandate.UNKNOWN
    return Mandate.POLICY if demanded else Mandate.NONE


def policies() -> tuple[str, ...]:
    """Return the tenant's MFA policies; raises `TenantError`."""
    return _cached(POLICIES_KEY, lambda: ManagementGateway.current().get_policies())


def switches() -> dict[str, bool]:
    """Return Auth0's factor names and whether each is on; raises `TenantError`."""
    return _cached(FACTORS_KEY, lambda: ManagementGateway.current().list_factors())


def addable_kinds() -> tuple[FactorKind, ...]:
    """Return the kinds that the tenant offers and a person may add, strongest first; raises `TenantError`."""
    on = switches()
    return tuple(kind for kind in ADDABLE_KINDS if on.get(kind.facts.switch or "", False))


def forget() -> None:
    """Drop what is cached, after a change of the tenant's settings."""
    cache.delete_many([POLICIES_KEY, FACTORS_KEY])


def _cached(key: str, read: Callable[[], T]) -> T:
    found: T | None = cache.get(key)
    if found is None:
        found = read()
        cache.set(key, found, int(conf.policy_fresh_for().total_seconds()))
    return found
