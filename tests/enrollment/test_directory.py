"""The directory of factors: one call when cold, none when warm, the last known list when the tenant fails."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.core.cache import cache
from pytest_django import Settings

from accounts.auth0 import read_through
from accounts.auth0.errors import Problem, TenantError
from enrollment.gateways import factor_cache
from enrollment.gateways.factor_cache import cached_factors_of, factors_of, fresh_factors_of, invalidate
from enrollment.gateways.management import ManagementGateway
from tests.support import shared_cache
from tests.support.clock import Clock
from tests.support.tenant import Tenant
from tests.support.threads import DatabaseThreads

MANAGEMENT = "/api/v2/"
LIST = "GET /api/v2/users/*/authentication-methods"


@pytest.fixture
def sub(tenant: Tenant) -> str:
    return tenant["tess"].sub


@contextmanager
def failing(tenant: Tenant, **fault: object) -> Iterator[None]:
    tenant.fault(LIST, **(fault or {"status": 403}))
    try:
        yield
    finally:
        tenant.control("faults", [])


def test_cold_read_is_one_call_and_warm_ones_are_none(tenant: Tenant, sub: str) -> None:
    cold = factors_of(sub)
    assert len(tenant.exchanges(MANAGEMENT)) == 1

    assert factors_of(sub) == cold
    assert tenant.exchanges(MANAGEMENT) == []
    assert not cold.stale
    assert cold.fetched_at


def test_list_is_asked_for_again_once_it_is_old(tenant: Tenant, sub: str, elapse: Clock) -> None:
    factors_of(sub)
    elapse(59)
    factors_of(sub)
    assert len(tenant.exchanges(MANAGEMENT)) == 1
    elapse(2)
    factors_of(sub)

    assert len(tenant.exchanges(MANAGEMENT)) == 1


def test_freshness_follows_its_setting(tenant: Tenant, sub: str, settings: Settings, elapse: Clock) -> None:
    settings.FACTORS_FRESH_SECONDS = 5
    factors_of(sub)
    elapse(6)
    factors_of(sub)

    assert len(tenant.exchanges(MANAGEMENT)) == 2


def test_people_are_kept_apart(tenant: Tenant, sub: str) -> None:
    assert factors_of(sub).factors != factors_of(tenant["nia"].sub).factors


def test_tenant_that_fails_shows_what_was_last_known_and_as_of_when(
    tenant: Tenant, sub: str, elapse: Clock
) -> None:
    before = factors_of(sub)
    elapse(3600)
    with failing(tenant):
        shown = factors_of(sub)

    assert shown.factors == before.factors
    assert shown.fetched_at == before.fetched_at
    assert shown.stale
    assert shown.problem
    assert shown.problem.code is Problem.FORBIDDEN


def test_last_known_list_is_not_kept_for_ever(tenant: Tenant, sub: str, elapse: Clock) -> None:
    factors_of(sub)
    elapse(timedelta(hours=25))
    with failing(tenant):
        assert factors_of(sub).factors is None


def test_tenant_that_fails_with_nothing_known_says_so(tenant: Tenant, sub: str) -> None:
    with failing(tenant, status=200, body="<html>"):
        shown = factors_of(sub)

    assert shown.factors is None
    assert shown.stale
    assert shown.problem
    assert shown.problem.code is Problem.GARBAGE


def test_site_without_a_tenant_still_shows_a_page(sub: str, settings: Settings) -> None:
    settings.AUTH0_DOMAIN = ""

    shown = factors_of(sub)

    assert shown.problem
    assert shown.problem.code is Problem.NOT_CONFIGURED


def test_failing_tenant_is_given_a_respite(tenant: Tenant, sub: str, elapse: Clock) -> None:
    with failing(tenant):
        factors_of(sub)
        tenant.exchanges()
        assert factors_of(sub).problem
        assert tenant.exchanges(MANAGEMENT) == []
        elapse(6)
        factors_of(sub)
        assert len(tenant.exchanges(MANAGEMENT)) == 1


def test_respite_is_as_long_as_a_rate_limit_asks_for(tenant: Tenant, sub: str, elapse: Clock) -> None:
    with failing(tenant, status=429, headers={"Retry-After": "30"}):
        factors_of(sub)
        tenant.exchanges()
        elapse(20)
        factors_of(sub)
        assert tenant.exchanges(MANAGEMENT) == []
        elapse(11)
        factors_of(sub)
        assert len(tenant.exchanges(MANAGEMENT)) == 1


def test_respite_of_one_person_does_not_hide_another(tenant: Tenant, sub: str) -> None:
    tenant.fault(LIST, status=403, times=1)
    factors_of(sub)

    assert not factors_of(tenant["nia"].sub).stale


def test_forgotten_list_is_asked_for_again(tenant: Tenant, sub: str) -> None:
    factors_of(sub)
    invalidate(sub)
    tenant.exchanges()
    factors_of(sub)

    assert len(tenant.exchanges(MANAGEMENT)) == 1


def test_forgotten_list_ends_the_respite(tenant: Tenant, sub: str) -> None:
    with failing(tenant):
        factors_of(sub)
    invalidate(sub)

    assert not factors_of(sub).stale


def test_removed_factor_does_not_come_back_when_the_tenant_fails(tenant: Tenant, sub: str) -> None:
    factors_of(sub)
    invalidate(sub, removed=["totp|dev_tess_totp"])
    with failing(tenant):
        shown = factors_of(sub)

    assert shown.factors
    assert shown.stale
    assert shown.find("totp|dev_tess_totp") is None


def test_list_read_before_a_change_is_not_stored_after_it(
    tenant: Tenant, sub: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = ManagementGateway.list_methods

    def overtaken(self: ManagementGateway, subject: str) -> object:
        found = real(self, subject)
        invalidate(subject)  # somebody's removal, at the worst moment
        return found

    monkeypatch.setattr(ManagementGateway, "list_methods", overtaken)
    factors_of(sub)

    assert cached_factors_of(sub) is None


def test_many_at_once_share_one_call(tenant: Tenant, sub: str) -> None:
    tenant.fault(LIST, delay=0.3)
    with DatabaseThreads(6) as workers:
        found = list(workers.map(lambda _: factors_of(sub), range(6)))

    assert len(tenant.exchanges(MANAGEMENT)) == 1
    assert all(snapshot.factors for snapshot in found)
    assert not any(snapshot.stale for snapshot in found)


def test_refresh_by_somebody_else_is_not_waited_for_where_a_list_is_known(
    tenant: Tenant, sub: str, elapse: Clock
) -> None:
    factors_of(sub)
    elapse(61)
    cache.add(factor_cache._FactorList(sub).lock_key, 1)
    tenant.exchanges()

    assert factors_of(sub).factors
    assert tenant.exchanges(MANAGEMENT) == []


def test_waiting_for_somebody_who_never_comes_back_ends(sub: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read_through, "WAIT_SECONDS", 0.1)
    cache.add(factor_cache._FactorList(sub).lock_key, 1)

    shown = factors_of(sub)

    assert shown.problem
    assert shown.problem.code is Problem.TIMEOUT


def test_fresh_read_asks_each_time_and_warms_the_cache(tenant: Tenant, sub: str) -> None:
    fresh_factors_of(sub)
    fresh_factors_of(sub)
    assert len(tenant.exchanges(MANAGEMENT)) == 2

    factors_of(sub)
    assert tenant.exchanges(MANAGEMENT) == []


def test_fresh_read_that_fails_raises_and_shows_no_memory(tenant: Tenant, sub: str) -> None:
    factors_of(sub)
    with failing(tenant), pytest.raises(TenantError):
        fresh_factors_of(sub)


def test_cache_holds_no_number_no_address_no_subject(tenant: Tenant, sub: str) -> None:
    factors_of(sub)

    kept = repr(shared_cache.contents())
    assert "5550123" not in kept
    assert "tess@" not in kept
    assert sub not in kept
    assert "Phone app" in kept


def test_snapshot_finds_a_factor_by_any_of_its_methods(tenant: Tenant) -> None:
    linked = [
        {"type": "push", "link_id": "a", "id": "push|x"},
        {"type": "totp", "link_id": "a", "id": "totp|x"},
    ]
    account = tenant.add_user(email="linked@example.test", factors=linked)

    found = factors_of(account.sub).find("totp|x")

    assert found
    assert found.id == "push|x"
