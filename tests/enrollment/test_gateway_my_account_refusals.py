"""The My Account API against the local tenant: every way to be refused, or to get no answer."""

import time
from typing import Any

import pytest
from pytest_django import Settings

from accounts.auth0 import http
from accounts.auth0.errors import Certainty, Problem, TenantError
from enrollment.gateways.my_account import MyAccountGateway
from enrollment.kinds import email, phone, recovery_code, totp
from enrollment.kinds.base import Kind
from tests.enrollment.my_account_api import (
    COLLECTION,
    CREATE,
    DELETE,
    FACTORS,
    PHONE,
    VERIFY,
    app_code,
    not_verified,
    problem,
    refused,
)
from tests.plugins.tenant_apis import TenantApis
from tests.support.tenant import Tenant

Gateway = MyAccountGateway


@pytest.fixture
def gateway(tenant: Tenant, apis: TenantApis) -> Gateway:
    return MyAccountGateway.current(apis.person_token(tenant["nia"], CREATE, DELETE, FACTORS))


def test_api_that_is_not_activated_is_told_apart(
    gateway: Gateway, tenant: Tenant, caplog: pytest.LogCaptureFixture
) -> None:
    tenant.set_settings(my_account_active=False)

    error = refused(gateway)
    assert "mfa_doctor" in caplog.text
    assert (error.code, error.detail) == (Problem.NOT_ACTIVATED, "A0E-404-0001")
    with pytest.raises(TenantError) as caught:
        gateway.list_factors()
    assert caught.value.code is Problem.NOT_ACTIVATED


def test_scope_that_is_missing_is_told_apart(
    tenant: Tenant, apis: TenantApis, caplog: pytest.LogCaptureFixture
) -> None:
    gateway = MyAccountGateway.current(apis.person_token(tenant["nia"], FACTORS))

    error = refused(gateway)
    assert "mfa_doctor" in caplog.text
    assert (error.code, error.detail) == (Problem.MISSING_SCOPE, "A0E-403-0002")


def test_scope_that_is_missing_at_the_verify_is_no_wrong_code(
    gateway: Gateway, tenant: Tenant, apis: TenantApis
) -> None:
    begun = gateway.begin(totp.KIND)
    poorer = MyAccountGateway.current(apis.person_token(tenant["nia"], FACTORS))

    assert not_verified(poorer, begun, code=app_code(begun)).code is Problem.MISSING_SCOPE


def test_token_that_has_ended_is_told_apart(gateway: Gateway, tenant: Tenant) -> None:
    begun = gateway.begin(totp.KIND)
    tenant.clock(86_401)

    assert refused(gateway).code is Problem.TOKEN_ENDED
    assert not_verified(gateway, begun, code="123456").code is Problem.TOKEN_ENDED


@pytest.mark.parametrize("token", ["nonsense", ""])
def test_token_of_nobody_has_ended_as_well(tenant: Tenant, token: str) -> None:
    assert refused(MyAccountGateway.current(token or "x")).code is Problem.TOKEN_ENDED


@pytest.mark.parametrize(
    ("kind", "said", "field"),
    [
        (phone.KIND, {"phone": "555"}, "phone_number"),
        (phone.KIND, {"phone": PHONE, "channel": "pigeon"}, "preferred_authentication_method"),
        (email.KIND, {"email": "not an address"}, "email"),
    ],
)
def test_what_was_typed_wrong_is_named_by_its_field_alone(
    gateway: Gateway, kind: Kind, said: dict[str, str], field: str
) -> None:
    error = refused(gateway, kind, **said)

    assert (error.code, error.fields) == (Problem.INVALID, (field,))
    assert not any(value in f"{error} {error!r}" for value in said.values())


def test_number_that_is_enrolled_already_is_an_invalid_one(tenant: Tenant, apis: TenantApis) -> None:
    gateway = MyAccountGateway.current(apis.person_token(tenant["tess"], CREATE))

    assert refused(gateway, phone.KIND, phone="+15555550123").code is Problem.INVALID


def test_factor_that_is_switched_off_is_rejected(gateway: Gateway, tenant: Tenant) -> None:
    tenant.set_settings(factors={"otp": False})

    assert refused(gateway).code is Problem.REJECTED


@pytest.mark.parametrize(
    ("fault", "expected", "outcome"),
    [
        ({"status": 403, "body": problem("A0E-403-0001", 403)}, Problem.FORBIDDEN, Certainty.NOT_DONE),
        (
            {"status": 403, "body": problem("A0E-403-0009", 403, title="unmet_authentication_requirements")},
            Problem.UNMET_REQUIREMENTS,
            Certainty.NOT_DONE,
        ),
        ({"status": 409, "body": problem("A0E-409-0001", 409)}, Problem.CONFLICT, Certainty.NOT_DONE),
        ({"status": 415, "body": "<html>"}, Problem.REJECTED, Certainty.NOT_DONE),
        ({"status": 404, "body": "<html>"}, Problem.NOT_ACTIVATED, Certainty.NOT_DONE),
        ({"status": 408}, Problem.TIMEOUT, Certainty.UNKNOWN),
        ({"status": 500}, Problem.OUT_OF_ORDER, Certainty.UNKNOWN),
        ({"status": 503, "body": "<html>Sorry"}, Problem.OUT_OF_ORDER, Certainty.UNKNOWN),
        ({"drop": True}, Problem.LOST, Certainty.UNKNOWN),
        ({"drop": True, "after": True}, Problem.LOST, Certainty.UNKNOWN),
        ({"delay": 1.0}, Problem.TIMEOUT, Certainty.UNKNOWN),
        ({"status": 202, "body": "<html>"}, Problem.GARBAGE, Certainty.UNKNOWN),
        ({"status": 202, "body": "[]"}, Problem.GARBAGE, Certainty.UNKNOWN),
        ({"status": 202, "body": '{"id": "totp|1"}'}, Problem.GARBAGE, Certainty.UNKNOWN),
        ({"status": 302, "headers": {"Location": "http://localhost:9/"}}, Problem.GARBAGE, Certainty.UNKNOWN),
    ],
    ids=str,
)
def test_every_other_failure_has_its_code_and_says_what_is_known(
    gateway: Gateway,
    tenant: Tenant,
    settings: Settings,
    fault: dict[str, Any],
    expected: Problem,
    outcome: Certainty,
) -> None:
    settings.TENANT_READ_TIMEOUT = 0.5
    gateway.client = http.client()
    tenant.fault(COLLECTION, times=1, **fault)
    tenant.exchanges()

    error = refused(gateway)
    assert (error.code, error.outcome) == (expected, outcome)
    assert str(error.cause)
    # A slow tenant goes on with the request: not in the next test.
    while "delay" in fault and not tenant.exchanges():
        time.sleep(0.05)


def test_write_whose_answer_was_lost_is_not_made_again(gateway: Gateway, tenant: Tenant) -> None:
    tenant.fault(COLLECTION, drop=True, after=True, times=1)
    refused(gateway)

    assert len(tenant.user(tenant["nia"])["methods"]) == 1


def test_confirmation_whose_answer_was_lost_may_have_been_done(gateway: Gateway, tenant: Tenant) -> None:
    begun = gateway.begin(totp.KIND)
    tenant.fault(VERIFY, drop=True, after=True, times=1)

    error = not_verified(gateway, begun, code=app_code(begun))
    assert (error.code, error.outcome) == (Problem.LOST, Certainty.UNKNOWN)
    [method] = tenant.user(tenant["nia"])["methods"]
    assert method["confirmed"]


def test_tenant_that_cannot_be_reached_has_done_nothing(settings: Settings) -> None:
    settings.AUTH0_DOMAIN = "localhost:9"

    error = refused(MyAccountGateway.current("x"))
    assert (error.code, error.outcome) == (Problem.UNREACHABLE, Certainty.NOT_DONE)


def test_site_without_a_tenant_says_so(settings: Settings) -> None:
    settings.AUTH0_DOMAIN = ""

    with pytest.raises(TenantError) as caught:
        MyAccountGateway.current("x")
    assert caught.value.code is Problem.NOT_CONFIGURED


@pytest.mark.parametrize(("plan", "writes"), [("free", 2), ("paid", 5)])
def test_writes_beyond_the_plan_are_refused_with_the_time_to_wait(
    gateway: Gateway, tenant: Tenant, plan: str, writes: int
) -> None:
    tenant.set_settings(plan=plan, rate_limits=True)
    for _ in range(writes):
        gateway.begin(recovery_code.KIND)

    error = refused(gateway)
    assert (error.code, error.outcome) == (Problem.RATE_LIMITED, Certainty.NOT_DONE)
    assert 5 <= (error.retry_after or 0) <= 30
