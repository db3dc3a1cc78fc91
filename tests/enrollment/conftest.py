"""People of the local tenant as the site knows them, and actors with the proofs that a test needs."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from accounts.auth0.grants import SCOPES_FOR_ENROLLING
from accounts.identity import subject_of
from accounts.login.pipeline import follow_staff_flag
from accounts.step_up.assurance import Assurance
from enrollment.actors import Actor, Source
from mfaproject.users.models import User
from tests.plugins.tenant_apis import TenantApis
from tests.support.tenant import Account, Tenant
from tests.support.users import make_user

if TYPE_CHECKING:
    from tests.enrollment.enrolling import Enroller

Locals = Callable[..., User]


@pytest.fixture
def local(tenant: Tenant, db: None) -> Locals:
    """`local("tess")` is the site's record of somebody at the tenant."""

    def make(who: str | Account, **fields: object) -> User:
        account = tenant[who] if isinstance(who, str) else who
        user = make_user(account.sub, **{"email": account.email, **fields})
        follow_staff_flag(user)
        return user

    return make


@pytest.fixture
def tess(local: Locals) -> User:
    """Has an authenticator app, a phone and a recovery code."""
    return local("tess")


@pytest.fixture
def nia(local: Locals) -> User:
    """Has a password and nothing else."""
    return local("nia")


@pytest.fixture
def ada(local: Locals) -> User:
    """Administrator with an authenticator app."""
    return local("ada", is_staff=True, is_superuser=True)


@pytest.fixture
def sol(local: Locals) -> User:
    """Support, with an authenticator app."""
    return local("sol", is_staff=True)


def acting(user: User, *, mfa: bool = True, login: bool = True, reason: str = "", **members: object) -> Actor:
    """Somebody at a page who has just proved what is said."""
    now = timezone.now()
    proof = Assurance(subject_of(user), now if mfa else None, now if login else None)
    facts = {"ip": "203.0.113.9", "user_agent": "A browser", "source": Source.PAGE, **members}
    return Actor(user, proof, reason=reason, **facts)  # type: ignore[arg-type]


@pytest.fixture
def enroller(tenant: Tenant, local: Locals, apis: TenantApis) -> Callable[..., "Enroller"]:
    """`enroller("nia")` adds factors through the flows, with a token that the tenant gave for that."""
    from tests.enrollment.enrolling import Enroller  # it asks this module for actors

    def make(nick: str) -> Enroller:
        token = apis.person_token(tenant[nick], *SCOPES_FOR_ENROLLING)
        return Enroller(tenant, tenant[nick], local(nick), token)

    return make


@pytest.fixture
def nia_enrolls(enroller: Callable[..., "Enroller"]) -> "Enroller":
    return enroller("nia")


@pytest.fixture
def no_throttle(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every look at the tenant's list be made; what spares the tenant in between has tests of its own."""
    monkeypatch.setattr("enrollment.flows.enroll.reconcile.LOOK_EVERY_SECONDS", 0)
    monkeypatch.setattr("enrollment.flows.enroll.cleanup.CLEANUP_EVERY_SECONDS", 0)
