"""The budget of writes: what is left, when there is more, and that two at once do not both take the last."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone
from pytest_django import Settings

from accounts.auth0.errors import Certainty, Problem, RateLimited, TenantError
from enrollment.gateways.my_account import MyAccountGateway, my_account_for
from enrollment.gateways.rate_limit import SharedRateLimiter, rate_limit_of
from enrollment.kinds import recovery_code
from tests.plugins.tenant_apis import TenantApis
from tests.support.clock import Clock
from tests.support.tenant import Tenant
from tests.support.threads import DatabaseThreads

NOW = 1_800_000_000.0
CREATE = "create:me:authentication_methods"
BEGIN = "/me/v1/authentication-methods"
Opened = Callable[[], MyAccountGateway]


@pytest.fixture
def opened(tenant: Tenant, apis: TenantApis, db: None) -> Opened:
    """Opens the API for nia, counted, and with the tenant's limits on."""
    token = apis.person_token(tenant["nia"], CREATE)
    tenant.set_settings(plan="free", rate_limits=True)
    tenant.exchanges()
    return lambda: my_account_for(tenant["nia"].sub, token)


def begin(gateway: MyAccountGateway) -> None:
    gateway.begin(recovery_code.KIND)


# Against the tenant


def test_third_write_is_held_back_and_not_burnt_on_the_free_plan(opened: Opened, tenant: Tenant) -> None:
    begin(opened())
    begin(opened())
    tenant.exchanges()

    with pytest.raises(RateLimited) as caught:
        begin(opened())
    assert tenant.exchanges() == []
    assert timedelta(seconds=20) < caught.value.opens_at - timezone.now() <= timedelta(seconds=31)
    assert (caught.value.code, caught.value.outcome) == (Problem.RATE_LIMITED, Certainty.NOT_DONE)


def test_write_made_when_it_is_said_to_be_possible_is_taken(
    opened: Opened, tenant: Tenant, elapse: Clock
) -> None:
    for _ in range(4):
        wait = rate_limit_of(tenant["nia"].sub).opens_at - timezone.now()
        elapse(max(wait, timedelta()))
        begin(opened())
    assert elapse.elapsed >= 50


def test_paid_plan_is_learned_from_the_first_answer(opened: Opened, tenant: Tenant) -> None:
    tenant.set_settings(plan="paid")
    assert rate_limit_of(tenant["nia"].sub).left == 2
    for left in (4, 3, 2, 1, 0):
        begin(opened())
        assert rate_limit_of(tenant["nia"].sub).left == left
    with pytest.raises(RateLimited):
        begin(opened())


def test_writes_of_another_device_are_learned_of_from_a_refusal(
    opened: Opened, tenant: Tenant, apis: TenantApis
) -> None:
    begin(opened())
    begin(opened())
    cache.clear()

    with pytest.raises(TenantError) as caught:
        begin(opened())
    assert not isinstance(caught.value, RateLimited)
    with pytest.raises(RateLimited):
        begin(opened())


def test_write_whose_answer_was_lost_counts(opened: Opened, tenant: Tenant) -> None:
    tenant.fault(f"POST {BEGIN}", drop=True, after=True, times=1)
    with pytest.raises(TenantError):
        begin(opened())
    assert rate_limit_of(tenant["nia"].sub).left == 1


def test_write_that_was_never_sent_does_not_count(settings: Settings, db: None) -> None:
    settings.AUTH0_DOMAIN = "localhost:9"
    with pytest.raises(TenantError):
        begin(my_account_for("auth0|nobody", "x"))
    assert rate_limit_of("auth0|nobody").left == 2


def test_two_writes_at_once_do_not_both_take_the_last_one(opened: Opened, tenant: Tenant) -> None:
    begin(opened())
    start = threading.Barrier(4)

    def try_it(_: int) -> str:
        gateway = opened()
        start.wait(10)
        try:
            begin(gateway)
        except RateLimited:
            return "held back"
        return "made"

    with DatabaseThreads(4) as threads:
        outcomes = list(threads.map(try_it, range(4)))

    assert sorted(outcomes) == ["held back", "held back", "held back", "made"]
    assert [answer["status"] for answer in tenant.exchanges(BEGIN)] == [202, 202]


def test_budget_is_each_persons_own_and_its_key_names_nobody(opened: Opened, tenant: Tenant) -> None:
    begin(opened())
    assert rate_limit_of(tenant["nia"].sub).left == 1
    assert rate_limit_of(tenant["tess"].sub).left == 2
    assert tenant["nia"].sub not in SharedRateLimiter(tenant["nia"].sub).key


def test_lock_that_somebody_died_with_holds_writes_back_for_a_moment() -> None:
    meter = SharedRateLimiter("auth0|x")
    cache.add(f"{meter.key}:lock", 1, 5)
    with pytest.raises(RateLimited) as caught:
        meter.reserve()
    assert caught.value.retry_after is not None
    assert caught.value.retry_after < 2
