"""The Management API's token: one for all, sealed, renewed in time, replaced when it is refused."""

import json
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone
from pytest_django import Settings

from accounts.auth0 import http
from accounts.auth0.cache import load, store
from accounts.auth0.encryption import decrypt
from accounts.auth0.errors import Certainty, Problem, TenantError
from accounts.auth0.management_token import Token, TokenProvider
from accounts.auth0.read_through import COOL_DOWN, Entry
from accounts.auth0.tenant import current_tenant, management_client
from enrollment.gateways.management import ManagementGateway
from tests.support.clock import Clock
from tests.support.tenant import Tenant
from tests.support.threads import DatabaseThreads

TOKEN = "/oauth/token"
LIST = "GET /api/v2/users/*/authentication-methods"


def provider() -> TokenProvider:
    return TokenProvider(current_tenant(), management_client(), http.client())


def test_token_is_asked_for_once_by_all_providers_together(tenant: Tenant) -> None:
    assert provider().token() == provider().token()
    assert len(tenant.exchanges(TOKEN)) == 1


def test_many_workers_at_once_ask_for_one_token(tenant: Tenant) -> None:
    with DatabaseThreads(8) as workers:
        tokens = set(workers.map(lambda _: provider().token(), range(8)))

    assert len(tokens) == 1
    assert len(tenant.exchanges(TOKEN)) == 1


def test_token_rests_sealed_in_the_cache(tenant: Tenant) -> None:
    token = provider().token()

    stored = load(provider().key)
    assert token not in stored
    assert json.loads(decrypt(stored[0]) or "")[0] == token


def test_token_that_cannot_be_opened_is_asked_for_again(tenant: Tenant) -> None:
    store(provider().key, ["tampered with", timezone.now().isoformat(), False], 60)

    assert provider().token()
    assert len(tenant.exchanges(TOKEN)) == 1


def test_token_is_renewed_before_it_ends(tenant: Tenant, elapse: Clock) -> None:
    first = provider().token()
    elapse(timedelta(hours=23))
    assert provider().token() == first
    elapse(timedelta(minutes=51))

    assert provider().token() != first
    assert len(tenant.exchanges(TOKEN)) == 2


def test_token_near_its_end_serves_while_another_worker_renews_it(tenant: Tenant, elapse: Clock) -> None:
    first = provider().token()
    elapse(timedelta(hours=23, minutes=55))
    cache.add(f"{provider().key}:lock", 1)

    assert provider().token() == first


def test_changed_secret_is_noticed_at_once(tenant: Tenant, settings: Settings) -> None:
    provider().token()
    settings.AUTH0_MGMT_CLIENT_SECRET = "wrong"

    with pytest.raises(TenantError) as failure:
        provider().token()
    assert failure.value.code is Problem.CREDENTIALS
    assert "wrong" not in f"{failure.value!r}"


def test_missing_credentials_make_no_call(tenant: Tenant, settings: Settings) -> None:
    settings.AUTH0_MGMT_CLIENT_SECRET = settings.AUTH0_CLIENT_SECRET = ""

    with pytest.raises(TenantError) as failure:
        provider().token()
    assert failure.value.code is Problem.NOT_CONFIGURED
    assert tenant.exchanges() == []


@pytest.mark.parametrize(
    ("fault", "problem"),
    [
        ({"status": 401}, Problem.CREDENTIALS),
        ({"status": 403, "body": '{"error":"access_denied"}'}, Problem.CREDENTIALS),
        ({"status": 429, "headers": {"Retry-After": "60"}}, Problem.RATE_LIMITED),
        ({"status": 500}, Problem.OUT_OF_ORDER),
        ({"status": 200, "body": "<html>"}, Problem.GARBAGE),
        ({"status": 200, "body": "{}"}, Problem.GARBAGE),
        ({"status": 200, "body": '{"access_token":"x","expires_in":"soon"}'}, Problem.GARBAGE),
        ({"status": 200, "body": '{"access_token":"a\\nb","expires_in":60}'}, Problem.GARBAGE),
        ({"status": 200, "body": '{"access_token":"\\ud800","expires_in":86400}'}, Problem.GARBAGE),
        ({"status": 200, "body": '{"access_token":["x"],"expires_in":86400}'}, Problem.GARBAGE),
        ({"status": 200, "body": '{"access_token":"x","expires_in":1e400}'}, Problem.GARBAGE),
        ({"drop": True}, Problem.LOST),
    ],
)
def test_token_endpoint_that_fails_means_that_nothing_was_done(
    tenant: Tenant, db: None, fault: dict[str, object], problem: Problem
) -> None:
    tenant.fault("POST /oauth/token", **fault)

    with pytest.raises(TenantError) as failure:
        ManagementGateway.current().delete_method(tenant["tess"].sub, "totp|dev_tess_totp")
    assert (failure.value.code, failure.value.outcome) == (problem, Certainty.NOT_DONE)


def test_failure_leaves_no_lock_behind(tenant: Tenant, elapse: Clock) -> None:
    tenant.fault("POST /oauth/token", status=500, times=1)
    with pytest.raises(TenantError):
        provider().token()
    elapse(COOL_DOWN)

    assert provider().token()


def test_failure_is_remembered_for_seconds_by_all(tenant: Tenant, elapse: Clock) -> None:
    tenant.fault("POST /oauth/token", status=503)
    for _ in range(5):
        with pytest.raises(TenantError) as failure:
            provider().token()
        assert failure.value.code is Problem.OUT_OF_ORDER
    assert len(tenant.exchanges(TOKEN)) == 1
    elapse(COOL_DOWN)
    with pytest.raises(TenantError):
        provider().token()

    assert len(tenant.exchanges(TOKEN)) == 1


def test_token_near_its_end_serves_while_none_can_be_had(tenant: Tenant, elapse: Clock) -> None:
    first = provider().token()
    elapse(timedelta(hours=23, minutes=55))
    tenant.fault("POST /oauth/token", status=503)

    assert provider().token() == first
    assert provider().token() == first


def test_refused_token_is_dropped_and_renewed_once(tenant: Tenant) -> None:
    provider().token()
    tenant.fault(LIST, status=401, times=1)

    assert ManagementGateway.current().list_methods(tenant["tess"].sub)
    assert len(tenant.exchanges(TOKEN)) == 2


def test_token_refused_twice_is_not_asked_for_for_ever(tenant: Tenant) -> None:
    tenant.fault(LIST, status=401)

    with pytest.raises(TenantError) as failure:
        ManagementGateway.current().list_methods(tenant["tess"].sub)
    assert failure.value.code is Problem.CREDENTIALS
    assert len(tenant.exchanges(TOKEN)) == 2


def test_dropping_a_token_spares_the_one_that_replaced_it(tenant: Tenant) -> None:
    provider().token()
    replaced = provider()
    newer = Token("newer", timezone.now() + timedelta(days=1))
    replaced.keep(Entry(newer, timezone.now()))

    replaced.drop("older")

    assert replaced.token() == "newer"


def test_token_stays_out_of_repr(tenant: Tenant) -> None:
    token = provider().read()

    assert token.value not in repr(token)
