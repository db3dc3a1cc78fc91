"""What the whole tenant demands and offers, cached for minutes; who therefore must keep a second factor."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

from accounts.auth0.errors import TenantError
from accounts.auth0.read_through import ReadThrough
from accounts.identity import User, is_staff, is_superuser, subject_of
from enrollment import conf
from enrollment.account.removal import MfaRequirement
from enrollment.gateways.management import ManagementGateway
from enrollment.kinds.base import Kind
from enrollment.kinds.registry import by_link, kinds, on_offer

# Demands a second factor of everybody at every sign-in; the adaptive policy does so only sometimes.
DEMANDS_MFA = "all-applications"

T = TypeVar("T")


class _Setting(ReadThrough[T]):
    """A setting of the tenant; what was read last is kept on, for pages that call nobody."""

    def fresh_for(self) -> timedelta:
        return conf.policy_fresh_for()

    def kept_for(self) -> timedelta:
        return conf.factors_kept_for()

    def last_known(self) -> T | None:
        entry = self.known()
        return entry.value if entry else None


class _Policies(_Setting[tuple[str, ...]]):
    def read(self) -> tuple[str, ...]:
        return ManagementGateway.current().get_policies()

    def load_value(self, stored: Any) -> tuple[str, ...]:
        return tuple(stored)


class _Switches(_Setting[dict[str, bool]]):
    def read(self) -> dict[str, bool]:
        return ManagementGateway.current().list_factors()

    def load_value(self, stored: Any) -> dict[str, bool]:
        return dict(stored)


# The number is that of the shape of what is cached; another shape gets another.
POLICIES = _Policies("enrollment:policies:3")
SWITCHES = _Switches("enrollment:switches:3")


def mfa_requirement(user: User) -> MfaRequirement:
    """Say whether this person must keep a second factor; a tenant that cannot be asked counts as yes."""
    try:
        return _requirement(user, policies)
    except TenantError:
        return MfaRequirement.UNKNOWN


def likely_mfa_requirement(user: User) -> MfaRequirement:
    """Say the same for showing only, from what is known already: no call, and not known is no demand."""
    return _requirement(user, lambda: POLICIES.last_known() or ())


def _requirement(user: User, read: Callable[[], tuple[str, ...]]) -> MfaRequirement:
    if is_staff(user) or is_superuser(user):
        return MfaRequirement.STAFF
    return MfaRequirement.POLICY if DEMANDS_MFA in read() else MfaRequirement.NONE


def policies() -> tuple[str, ...]:
    """Return the tenant's MFA policies; raises `TenantError`."""
    return POLICIES.get().value


def switches() -> dict[str, bool]:
    """Return Auth0's factor names and whether each is on; raises `TenantError`."""
    return SWITCHES.get().value


def addable_kinds() -> tuple[Kind, ...]:
    """Return the kinds that the tenant offers and a person may add, strongest first; raises `TenantError`."""
    return _addable(switches())


def likely_addable_kinds() -> tuple[Kind, ...]:
    """Return the same for showing only, from what is known already: all of them where nothing is."""
    known = SWITCHES.last_known()
    return by_link() if known is None else _addable(known)


def _addable(on: dict[str, bool]) -> tuple[Kind, ...]:
    return tuple(kind for kind in by_link() if on.get(kind.switch or "", False))


def offered_kinds(user: User) -> tuple[Kind, ...]:
    """Return what a person may add, in the page or by link, strongest first; raises `TenantError`."""
    return _offered(user, switches())


def likely_offered_kinds(user: User) -> tuple[Kind, ...]:
    """Return the same for showing only, from what is known already: all of them where nothing is."""
    known = SWITCHES.last_known()
    return _offered(user, dict.fromkeys(_switch_names(), True) if known is None else known)


def _switch_names() -> tuple[str, ...]:
    return tuple(kind.switch for kind in kinds() if kind.switch)


def _offered(user: User, on: dict[str, bool]) -> tuple[Kind, ...]:
    return tuple(kind for kind in on_offer() if kind.is_offered(subject_of(user), lambda: on))


def invalidate() -> None:
    """Drop what is cached, after a change of the tenant's settings."""
    POLICIES.invalidate()
    SWITCHES.invalidate()
