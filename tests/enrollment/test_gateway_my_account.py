"""The My Account API against the local tenant: each kind of enrollment, and every way to be refused."""

import json
import logging
import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest
from pytest_django import Settings

from accounts.tenant import current_tenant
from enrollment.factors import FactorKind
from enrollment.gateways import Begun, MyAccountGateway, Problem, TenantError, Truth, http
from tests.plugins.tenant_apis import TenantApis
from tests.support.softauthn import SoftAuthenticator
from tests.support.tenant import Tenant

PHONE, ADDRESS = "+15555550177", "spare@example.test"
CREATE, DELETE, FACTORS = (
    "create:me:authentication_methods",
    "delete:me:authentication_methods",
    "read:me:factors",
)
COLLECTION, VERIFY = "POST /me/v1/authentication-methods", "POST /me/v1/authentication-methods/*/verify"
Gateway = MyAccountGateway


@pytest.fixture
def gateway(tenant: Tenant, apis: TenantApis) -> Gateway:
    return MyAccountGateway.current(apis.person_token(tenant["nia"], CREATE, DELETE, FACTORS))


def refused(gateway: Gateway, kind: FactorKind = FactorKind.TOTP, **said: str) -> TenantError:
    with pytest.raises(TenantError) as caught:
        gateway.begin(kind, **said)
    return caught.value


def not_verified(gateway: Gateway, begun: Begun, **proof: Any) -> TenantError:
    with pytest.raises(TenantError) as caught:
        gateway.verify(begun.location, begun.auth_session, **proof)
    return caught.value


def app_code(begun: Begun) -> str:
    secret = parse_qs(urlsplit(begun.barcode_uri or "").query)["secret"][0]
    return pyotp.TOTP(secret).now()


def problem(code: str, status: int, **members: Any) -> str:
    """A body as Auth0's own `problem+json` answers have it."""
    return json.dumps(
        {
            "type": f"https://auth0.com/api-errors/{code}",
            "status": status,
            "title": "T",
            "detail": "D",
            **members,
        }
    )


# Every kind


def test_authenticator_app_is_confirmed_by_its_code(gateway: Gateway) -> None:
    begun = gateway.begin(FactorKind.TOTP)
    done = gateway.verify(begun.location, begun.auth_session, code=app_code(begun))

    assert begun.manual_code
    assert (done.kind, done.confirmed, done.id) == (FactorKind.TOTP, True, begun.method_id)


@pytest.mark.parametrize("channel", ["sms", "voice"])
def test_phone_is_confirmed_by_the_code_that_was_sent(gateway: Gateway, tenant: Tenant, channel: str) -> None:
    begun = gateway.begin(FactorKind.PHONE, phone=PHONE, channel=channel)
    [message] = tenant.messages(PHONE)
    done = gateway.verify(begun.location, begun.auth_session, code=message["code"])

    assert (message["channel"], done.preferred, done.kind) == (channel, channel, FactorKind.PHONE)
    assert "5550177" not in repr(done)


def test_email_is_confirmed_by_the_code_that_was_sent_and_is_masked(gateway: Gateway, tenant: Tenant) -> None:
    begun = gateway.begin(FactorKind.EMAIL, email=ADDRESS)
    [message] = tenant.messages(ADDRESS)
    done = gateway.verify(begun.location, begun.auth_session, code=message["code"])

    assert done.kind is FactorKind.EMAIL
    assert ADDRESS not in repr(done)


def test_push_is_not_yet_there_until_the_phone_has_scanned(gateway: Gateway, tenant: Tenant) -> None:
    begun = gateway.begin(FactorKind.PUSH)
    assert not_verified(gateway, begun).code is Problem.WRONG_CODE
    tenant.control(f"push/{begun.method_id}/scan", {})

    assert gateway.verify(begun.location, begun.auth_session).kind is FactorKind.PUSH


def test_recovery_code_takes_effect_when_it_is_confirmed(gateway: Gateway, tenant: Tenant) -> None:
    begun = gateway.begin(FactorKind.RECOVERY_CODE)
    assert tenant.user(tenant["nia"])["recovery_code"] != begun.recovery_code
    gateway.verify(begun.location, begun.auth_session)

    assert tenant.user(tenant["nia"])["recovery_code"] == begun.recovery_code


def test_passkey_is_confirmed_by_a_real_ceremony_at_its_location(gateway: Gateway, tenant: Tenant) -> None:
    begun = gateway.begin(FactorKind.PASSKEY)
    device = SoftAuthenticator("http://localhost:8000", synced=True, attachment="platform")
    done = gateway.verify(
        begun.location, begun.auth_session, passkey=device.create(dict(begun.passkey_options or {}))
    )

    assert begun.method_id is None
    assert (done.kind, done.confirmed, done.backed_up) == (FactorKind.PASSKEY, True, True)
    assert tenant.exchanges("/me/v1/authentication-methods/passkey%7Cnew/verify")


def test_method_is_deleted(gateway: Gateway, tenant: Tenant) -> None:
    begun = gateway.begin(FactorKind.TOTP)
    gateway.delete(begun.method_id or "")

    assert [method["type"] for method in tenant.user(tenant["nia"])["methods"]] == []


def test_secrets_of_an_enrollment_stay_out_of_its_repr(gateway: Gateway) -> None:
    for kind in (FactorKind.TOTP, FactorKind.RECOVERY_CODE, FactorKind.PASSKEY):
        begun = gateway.begin(kind)
        hidden = (begun.auth_session, begun.manual_code, begun.recovery_code, begun.barcode_uri)
        assert not any(secret in repr(begun) for secret in hidden if secret)


# A wrong answer costs nothing


def test_wrong_code_is_named_and_the_same_enrollment_is_tried_again(gateway: Gateway) -> None:
    begun = gateway.begin(FactorKind.TOTP)
    error = not_verified(gateway, begun, code="000000")

    assert (error.code, error.outcome) == (Problem.WRONG_CODE, Truth.NOT_DONE)
    assert error.fields == ("otp_code",)
    assert gateway.verify(begun.location, begun.auth_session, code=app_code(begun)).confirmed


@pytest.mark.parametrize("status", [400, 403, 415, 422])
def test_any_other_refusal_of_a_verify_is_a_wrong_answer(
    gateway: Gateway, tenant: Tenant, status: int
) -> None:
    begun = gateway.begin(FactorKind.TOTP)
    tenant.fault(VERIFY, status=status, body=problem(f"A0E-{status}-0009", status), times=1)

    assert not_verified(gateway, begun, code="123456").code is Problem.WRONG_CODE


def test_confirming_what_is_gone_says_so(gateway: Gateway, tenant: Tenant) -> None:
    begun = gateway.begin(FactorKind.TOTP)
    tenant.fault(VERIFY, status=404, body=problem("A0E-404-0001", 404), times=1)

    assert not_verified(gateway, begun, code="123456").code is Problem.NOT_FOUND


# Refusals


def test_api_that_is_not_activated_is_told_apart(gateway: Gateway, tenant: Tenant) -> None:
    tenant.set_settings(my_account_active=False)

    error = refused(gateway)
    assert (error.code, error.detail) == (Problem.NOT_ACTIVATED, "A0E-404-0001")
    with pytest.raises(TenantError) as caught:
        gateway.list_factors()
    assert caught.value.code is Problem.NOT_ACTIVATED


def test_scope_that_is_missing_is_told_apart(tenant: Tenant, apis: TenantApis) -> None:
    gateway = MyAccountGateway.current(apis.person_token(tenant["nia"], FACTORS))

    error = refused(gateway)
    assert (error.code, error.detail) == (Problem.MISSING_SCOPE, "A0E-403-0002")


def test_scope_that_is_missing_at_the_verify_is_no_wrong_code(
    gateway: Gateway, tenant: Tenant, apis: TenantApis
) -> None:
    begun = gateway.begin(FactorKind.TOTP)
    poorer = MyAccountGateway.current(apis.person_token(tenant["nia"], FACTORS))

    assert not_verified(poorer, begun, code=app_code(begun)).code is Problem.MISSING_SCOPE


def test_token_that_has_ended_is_told_apart(gateway: Gateway, tenant: Tenant) -> None:
    begun = gateway.begin(FactorKind.TOTP)
    tenant.clock(86_401)

    assert refused(gateway).code is Problem.TOKEN_ENDED
    assert not_verified(gateway, begun, code="123456").code is Problem.TOKEN_ENDED


@pytest.mark.parametrize("token", ["nonsense", ""])
def test_token_of_nobody_has_ended_as_well(tenant: Tenant, token: str) -> None:
    assert refused(MyAccountGateway.current(token or "x")).code is Problem.TOKEN_ENDED


@pytest.mark.parametrize(
    ("kind", "said", "field"),
    [
        (FactorKind.PHONE, {"phone": "555"}, "phone_number"),
        (FactorKind.PHONE, {"phone": PHONE, "channel": "pigeon"}, "preferred_authentication_method"),
        (FactorKind.EMAIL, {"email": "not an address"}, "email"),
    ],
)
def test_what_was_typed_wrong_is_named_by_its_field_alone(
    gateway: Gateway, kind: FactorKind, said: dict[str, str], field: str
) -> None:
    error = refused(gateway, kind, **said)

    assert (error.code, error.fields) == (Problem.INVALID, (field,))
    assert not any(value in f"{error} {error!r}" for value in said.values())


def test_number_that_is_enrolled_already_is_an_invalid_one(tenant: Tenant, apis: TenantApis) -> None:
    gateway = MyAccountGateway.current(apis.person_token(tenant["tess"], CREATE))

    assert refused(gateway, FactorKind.PHONE, phone="+15555550123").code is Problem.INVALID


def test_factor_that_is_switched_off_is_rejected(gateway: Gateway, tenant: Tenant) -> None:
    tenant.set_settings(factors={"otp": False})

    assert refused(gateway).code is Problem.REJECTED


@pytest.mark.parametrize(
    ("fault", "expected", "outcome"),
    [
        ({"status": 403, "body": problem("A0E-403-0001", 403)}, Problem.FORBIDDEN, Truth.NOT_DONE),
        (
            {"status": 403, "body": problem("A0E-403-0009", 403, title="unmet_authentication_requirements")},
            Problem.UNMET_REQUIREMENTS,
            Truth.NOT_DONE,
        ),
        ({"status": 409, "body": problem("A0E-409-0001", 409)}, Problem.CONFLICT, Truth.NOT_DONE),
        ({"status": 415, "body": "<html>"}, Problem.REJECTED, Truth.NOT_DONE),
        ({"status": 404, "body": "<html>"}, Problem.NOT_ACTIVATED, Truth.NOT_DONE),
        ({"status": 408}, Problem.TIMEOUT, Truth.UNKNOWN),
        ({"status": 500}, Problem.OUT_OF_ORDER, Truth.UNKNOWN),
        ({"status": 503, "body": "<html>Sorry"}, Problem.OUT_OF_ORDER, Truth.UNKNOWN),
        ({"drop": True}, Problem.LOST, Truth.UNKNOWN),
        ({"drop": True, "after": True}, Problem.LOST, Truth.UNKNOWN),
        ({"delay": 1.0}, Problem.TIMEOUT, Truth.UNKNOWN),
        ({"status": 202, "body": "<html>"}, Problem.GARBAGE, Truth.UNKNOWN),
        ({"status": 202, "body": "[]"}, Problem.GARBAGE, Truth.UNKNOWN),
        ({"status": 202, "body": '{"id": "totp|1"}'}, Problem.GARBAGE, Truth.UNKNOWN),
        ({"status": 302, "headers": {"Location": "http://localhost:9/"}}, Problem.GARBAGE, Truth.UNKNOWN),
    ],
    ids=str,
)
def test_every_other_failure_has_its_code_and_says_what_is_known(
    gateway: Gateway,
    tenant: Tenant,
    settings: Settings,
    fault: dict[str, Any],
    expected: Problem,
    outcome: Truth,
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
    begun = gateway.begin(FactorKind.TOTP)
    tenant.fault(VERIFY, drop=True, after=True, times=1)

    error = not_verified(gateway, begun, code=app_code(begun))
    assert (error.code, error.outcome) == (Problem.LOST, Truth.UNKNOWN)
    [method] = tenant.user(tenant["nia"])["methods"]
    assert method["confirmed"]


def test_tenant_that_cannot_be_reached_has_done_nothing(settings: Settings) -> None:
    settings.AUTH0_DOMAIN = "localhost:9"

    error = refused(MyAccountGateway.current("x"))
    assert (error.code, error.outcome) == (Problem.UNREACHABLE, Truth.NOT_DONE)


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
        gateway.begin(FactorKind.RECOVERY_CODE)

    error = refused(gateway)
    assert (error.code, error.outcome) == (Problem.RATE_LIMITED, Truth.NOT_DONE)
    assert 5 <= (error.retry_after or 0) <= 30


# Answers of another shape


@pytest.mark.parametrize("wrap", ['{"factors": %s, "next": 1}', "%s"], ids=["by description", "as served"])
def test_offered_factors_are_read_in_both_forms(gateway: Gateway, tenant: Tenant, wrap: str) -> None:
    body = wrap % '[{"type": "totp", "usage": []}, {"type": "push-notification"}, {"type": "smell"}]'
    tenant.fault("GET /me/v1/factors", status=200, body=body, times=1)

    assert gateway.list_factors() == (FactorKind.TOTP, FactorKind.PUSH, FactorKind.UNKNOWN)


def test_offered_factors_are_the_tenants_own(gateway: Gateway, tenant: Tenant) -> None:
    tenant.set_settings(factors={"otp": False})

    offered = gateway.list_factors()
    assert FactorKind.PHONE in offered
    assert FactorKind.TOTP not in offered


@pytest.mark.parametrize("body", ["{}", '"x"', '{"factors": {}}', "[1]", "<html>"])
def test_offered_factors_of_no_shape_at_all_are_garbage(gateway: Gateway, tenant: Tenant, body: str) -> None:
    tenant.fault("GET /me/v1/factors", status=200, body=body, times=1)

    with pytest.raises(TenantError) as caught:
        gateway.list_factors()
    assert (caught.value.code, caught.value.outcome) == (Problem.GARBAGE, Truth.NOT_DONE)


def test_unknown_members_and_a_missing_location_are_no_hindrance(gateway: Gateway, tenant: Tenant) -> None:
    body = '{"id": "totp|d 1", "auth_session": "s", "barcode_uri": "otpauth://x", "new": {"a": [1]}}'
    tenant.fault(COLLECTION, status=202, body=body, times=1)

    begun = gateway.begin(FactorKind.TOTP)
    assert begun.location == current_tenant().url("/me/v1/authentication-methods/totp%7Cd%201")


def test_location_elsewhere_never_gets_the_token(gateway: Gateway, tenant: Tenant) -> None:
    """The token is the person's: the path of a Location is used, its host is not."""
    body = '{"id": "totp|1", "auth_session": "s", "barcode_uri": "otpauth://x"}'
    elsewhere = "http://evil.example/me/v1/authentication-methods/totp%7C1"
    tenant.fault(COLLECTION, status=202, body=body, headers={"Location": elsewhere}, times=1)
    assert urlsplit(gateway.begin(FactorKind.TOTP).location).netloc == tenant.domain

    tenant.fault(COLLECTION, status=202, body=body, headers={"Location": "/api/v2/users"}, times=1)
    assert refused(gateway).code is Problem.GARBAGE


def test_refusal_is_logged_by_its_code_without_what_was_typed(
    gateway: Gateway, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "enrollment"):
        refused(gateway, FactorKind.PHONE, phone="+1", channel="sms")

    assert "A0E-400-0003" in caplog.text
    assert "phone" not in caplog.text
