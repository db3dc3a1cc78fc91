"""The Management API's limit as all processes know it: what can wait does, and everything else goes ahead."""

import json
import time

import pytest
from pytest_django import Settings

from accounts.auth0 import cache
from accounts.auth0.errors import Certainty, Problem, RateLimited, TenantError
from accounts.auth0.management_limiter import PATIENCE_SECONDS, ManagementLimiter, low_priority
from accounts.auth0.network import deadline_in
from enrollment.gateways.factor_cache import factors_of, fresh_factors_of
from enrollment.gateways.management import ManagementGateway
from tests.support import shared_cache
from tests.support.clock import Clock
from tests.support.tenant import Tenant
from tests.support.threads import DatabaseThreads

MANAGEMENT = "/api/v2/"
LIST = "GET /api/v2/users/*/authentication-methods"


@pytest.fixture
def spent(tenant: Tenant) -> Tenant:
    """A tenant on the free plan that has just refused a call."""
    tenant.set_settings(rate_limits=True, plan="free")
    tenant.fault(LIST, status=429, headers={"retry-after": "30"}, times=1)
    with pytest.raises(TenantError):
        fresh_factors_of(tenant["nia"].sub)
    tenant.exchanges()
    return tenant


def test_page_is_held_back_without_a_call_and_told_when_to_come(spent: Tenant) -> None:
    snapshot = factors_of(spent["tess"].sub)
    assert spent.exchanges() == []
    assert isinstance(snapshot.problem, RateLimited)
    assert (snapshot.problem.code, snapshot.problem.outcome) == (Problem.RATE_LIMITED, Certainty.NOT_DONE)
    assert 29 < (snapshot.problem.retry_after or 0) < 32


def test_held_back_page_is_read_once_its_turn_has_come(spent: Tenant, elapse: Clock) -> None:
    wait = factors_of(spent["tess"].sub).problem
    assert wait
    elapse(wait.retry_after or 0)
    assert factors_of(spent["tess"].sub).factors


def test_change_is_not_held_back(spent: Tenant) -> None:
    assert fresh_factors_of(spent["tess"].sub)


def test_page_waits_a_moment_where_its_turn_is_near(tenant: Tenant) -> None:
    tenant.set_settings(rate_limits=True, plan="free")
    began = time.monotonic()
    for who in ("nia", "tess", "pat"):
        assert factors_of(tenant[who].sub).problem is None
    assert 1 < time.monotonic() - began < 3
    assert [each["status"] for each in tenant.exchanges(MANAGEMENT)] == [200, 200, 200]


def test_page_whose_request_has_waited_already_waits_no_more(tenant: Tenant) -> None:
    tenant.set_settings(rate_limits=True, plan="free")
    factors_of(tenant["nia"].sub)
    began = time.monotonic()
    # What is left of a request that began longer ago than anybody waits.
    with deadline_in(5 - PATIENCE_SECONDS - 0.1):
        assert isinstance(factors_of(tenant["tess"].sub).problem, RateLimited)
    assert time.monotonic() - began < 0.5


def test_many_that_come_first_learn_the_limit_before_anybody_waits(tenant: Tenant) -> None:
    tenant.set_settings(rate_limits=True, plan="enterprise")
    tenant.fault(LIST, delay=0.3, times=1)
    with DatabaseThreads(20) as workers:
        found = list(workers.map(lambda number: factors_of(f"auth0|nobody-{number}"), range(20)))
    assert not any(isinstance(snapshot.problem, RateLimited) for snapshot in found)
    assert len(tenant.exchanges(MANAGEMENT)) == 20


def test_without_a_cache_nobody_is_held_back(tenant: Tenant, settings: Settings) -> None:
    settings.CACHES = shared_cache.DEAD
    for who in ("nia", "tess", "pat"):
        assert factors_of(tenant[who].sub).factors is not None


def test_tenant_that_tells_no_limit_is_asked_by_all_at_once(tenant: Tenant) -> None:
    nothing = json.dumps({"start": 0, "limit": 100, "total": 0, "authenticators": []})
    told = {"content-type": "application/json"}
    tenant.fault(LIST, status=200, body=nothing, headers=told, delay=0.6)
    factors_of("auth0|first")
    with DatabaseThreads(6) as workers:
        found = list(workers.map(lambda number: factors_of(f"auth0|nobody-{number}"), range(6)))
    assert [snapshot.problem for snapshot in found] == [None] * 6


def test_whoever_comes_while_the_limit_is_learned_gets_no_turn_yet(tenant: Tenant) -> None:
    limiter = ManagementLimiter(tenant.domain)
    limiter.take("first")
    assert limiter._try("second", time.monotonic() + 1) is None
    assert "second" not in limiter._load().turns


def test_limit_in_use_by_somebody_who_died_holds_nobody_up(spent: Tenant) -> None:
    cache.claim(f"{ManagementLimiter(spent.domain).key}:lock", 15)
    assert factors_of(spent["tess"].sub).factors


def test_page_that_was_held_back_is_read_as_soon_as_there_is_room(spent: Tenant) -> None:
    assert factors_of(spent["tess"].sub).problem
    cache.drop(ManagementLimiter(spent.domain).key)
    assert factors_of(spent["tess"].sub).factors


def test_keys_in_the_cache_name_nobody(spent: Tenant) -> None:
    factors_of(spent["tess"].sub)
    assert spent["tess"].sub not in str(
        [(key, value) for key, value in shared_cache.contents().items() if "limit" in key]
    )


def test_sign_in_service_is_not_counted(spent: Tenant) -> None:
    with low_priority():
        ManagementGateway.current().tokens.refresh()
    assert [each["path"] for each in spent.exchanges()] == ["/oauth/token"]
