"""Fixtures that every test can ask for; the machinery behind them is in tests/support/."""

import gc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.core.cache import caches
from django.db import connection
from django.utils import translation
from pytest_django import Settings

from accounts.auth0.cache_outage import outage
from accounts.auth0.management_token import own_tokens
from enrollment.audit import dispatch
from enrollment.audit.delivery import deliver_due
from tests.support.actions import CLAIMS, STEP_UP, install_actions
from tests.support.clock import Clock, moving_clock
from tests.support.network import loopback_only
from tests.support.person import Person
from tests.support.tenant import Account, Tenant, TenantProcess

# A busy machine is no failure of the code under test.
hypothesis.settings.register_profile("suite", deadline=None)
hypothesis.settings.load_profile("suite")

# Django and the collected tests stay: searching them for garbage again and again costs a twentieth.
YOUNG_OBJECTS = 50_000

pytest_plugins = ["accounts.pytest_plugin", "tests.plugins.contracts", "tests.plugins.tenant_apis"]


def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS)


@pytest.fixture(scope="session", autouse=True)
def _loopback_only() -> Iterator[None]:
    with loopback_only():
        yield


@pytest.fixture(autouse=True)
def _empty_caches() -> Iterator[None]:
    """Nothing learned in one test may help the next."""
    yield
    outage.end()
    own_tokens.clear()
    # All of them: a test that changed CACHES leaves none initialized, and its predecessors' entries in place.
    for cache in caches.all():
        cache.clear()


@pytest.fixture(autouse=True)
def start_delivery(monkeypatch: pytest.MonkeyPatch) -> Callable[[], object]:
    """Deliver the emails of a request at its end and in its thread: in another, a test would have to wait.

    What starts their delivery outside of tests is given back.
    """
    dispatch._taken()  # nothing that the test before has left
    monkeypatch.setattr(dispatch, "_courier", dispatch._Courier())
    real = dispatch.start_delivery
    monkeypatch.setattr(dispatch, "start_delivery", deliver_due)
    return real


@pytest.fixture(autouse=True)
def _own_language() -> Iterator[None]:
    """A page in Spanish leaves its thread speaking Spanish until the next request."""
    yield
    translation.deactivate()


@pytest.fixture(scope="session")
def tenant_process() -> Iterator[Tenant]:
    """One tenant for each pytest process; ask for `tenant` instead, which is reset for each test."""
    tenant = Tenant(TenantProcess())
    try:
        # Nobody is asked at sign-in: what is asked for later is what most tests are about.
        install_actions(tenant, STEP_UP, CLAIMS)
        tenant.keep_actions()
        yield tenant
    finally:
        tenant.close()


@pytest.fixture
def tenant(tenant_process: Tenant, settings: Settings) -> Tenant:
    """The local tenant, back at its seed, with the site's settings pointing at it.

    Rate limits are off, so that a fast test is not refused; `set_settings(rate_limits=True)` turns them on.
    """
    tenant_process.reset()
    tenant_process.set_settings(rate_limits=False)
    point_settings_at(tenant_process, settings)
    return tenant_process


def point_settings_at(tenant: Tenant, settings: Settings) -> None:
    """What an operator would write into .env for this tenant."""
    web, management = tenant.clients["web"], tenant.clients["management"]
    settings.AUTH0_DOMAIN = tenant.domain
    settings.AUTH0_CLIENT_ID = web["client_id"]
    settings.AUTH0_CLIENT_SECRET = web["client_secret"]
    settings.AUTH0_MGMT_CLIENT_ID = management["client_id"]
    settings.AUTH0_MGMT_CLIENT_SECRET = management["client_secret"]
    settings.AUTH0_ROLES_CLAIM = tenant.roles_claim
    policy = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    settings.CONTENT_SECURITY_POLICY = {
        **settings.CONTENT_SECURITY_POLICY,
        "DIRECTIVES": {**policy, "form-action": ["'self'", tenant.base_url]},
    }


@pytest.fixture
def elapse(request: pytest.FixtureRequest) -> Iterator[Clock]:
    """`elapse(seconds)` lets time pass here and, where the test uses it, at the tenant."""
    tenant = request.getfixturevalue("tenant") if "tenant" in request.fixturenames else None
    with moving_clock(tenant) as clock:
        yield clock


@pytest.fixture
def database_for_threads(transactional_db: None, tmp_path: Path) -> Iterator[None]:
    """SQLite in a file, where writers queue up; in the memory that tests share, they fail at once instead."""
    if connection.vendor != "sqlite":
        yield
        return
    file, facts, memory = tmp_path / "races.sqlite3", connection.settings_dict, connection.connection
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(file)])
    name, facts["NAME"] = facts["NAME"], str(file)
    connection.connection = None
    yield
    connection.close()
    facts["NAME"], connection.connection = name, memory


@pytest.fixture
def person(tenant: Tenant, db: None) -> Callable[..., Person]:
    """`person("tess")` is somebody with a browser of their own: see `tests/support/person.py`."""

    def make(who: str | Account, **options: Any) -> Person:
        return Person(tenant, tenant[who] if isinstance(who, str) else who, **options)

    return make
