"""The My Account API against the local tenant: each kind of enrollment, and wrong answers."""

import pytest

from accounts.auth0.errors import Certainty, Problem
from enrollment.gateways.my_account import MyAccountGateway
from enrollment.kinds import email, passkey, phone, push, recovery_code, totp
from tests.enrollment.my_account_api import (
    ADDRESS,
    CREATE,
    DELETE,
    FACTORS,
    PHONE,
    VERIFY,
    app_code,
    not_verified,
    problem,
)
from tests.plugins.tenant_apis import TenantApis
from tests.support.softauthn import SoftAuthenticator
from tests.support.tenant import Tenant

Gateway = MyAccountGateway


@pytest.fixture
def gateway(tenant: Tenant, apis: TenantApis) -> Gateway:
    return MyAccountGateway.current(apis.person_token(tenant["nia"], CREATE, DELETE, FACTORS))


# Every kind


def test_authenticator_app_is_confirmed_by_its_code(gateway: Gateway) -> None:
    begun = gateway.begin(totp.KIND)
    done = gateway.verify(begun.location, begun.auth_session, code=app_code(begun))

    assert begun.manual_code
    assert (done.kind, done.confirmed, done.id) == (totp.KIND, True, begun.method_id)


@pytest.mark.parametrize("channel", ["sms", "voice"])
def test_phone_is_confirmed_by_the_code_that_was_sent(gateway: Gateway, tenant: Tenant, channel: str) -> None:
    begun = gateway.begin(phone.KIND, phone=PHONE, channel=channel)
    [message] = tenant.messages(PHONE)
    done = gateway.verify(begun.location, begun.auth_session, code=message["code"])

    assert (message["channel"], done.preferred, done.kind) == (channel, channel, phone.KIND)
    assert "5550177" not in repr(done)


def test_email_is_confirmed_by_the_code_that_was_sent_and_is_masked(gateway: Gateway, tenant: Tenant) -> None:
    begun = gateway.begin(email.KIND, email=ADDRESS)
    [message] = tenant.messages(ADDRESS)
    done = gateway.verify(begun.location, begun.auth_session, code=message["code"])

    assert done.kind is email.KIND
    assert ADDRESS not in repr(done)


def test_push_is_not_yet_there_until_the_phone_has_scanned(gateway: Gateway, tenant: Tenant) -> None:
    begun = gateway.begin(push.KIND)
    assert not_verified(gateway, begun).code is Problem.WRONG_CODE
    tenant.control(f"push/{begun.method_id}/scan", {})

    assert gateway.verify(begun.location, begun.auth_session).kind is push.KIND


def test_recovery_code_takes_effect_when_it_is_confirmed(gateway: Gateway, tenant: Tenant) -> None:
    begun = gateway.begin(recovery_code.KIND)
    assert tenant.user(tenant["nia"])["recovery_code"] != begun.recovery_code
    gateway.verify(begun.location, begun.auth_session)

    assert tenant.user(tenant["nia"])["recovery_code"] == begun.recovery_code


def test_passkey_is_confirmed_by_a_real_ceremony_at_its_location(gateway: Gateway, tenant: Tenant) -> None:
    begun = gateway.begin(passkey.KIND)
    device = SoftAuthenticator("http://localhost:8000", synced=True, attachment="platform")
    done = gateway.verify(
        begun.location, begun.auth_session, passkey=device.create(dict(begun.passkey_options or {}))
    )

    assert begun.method_id is None
    assert (done.kind, done.confirmed, done.backed_up) == (passkey.KIND, True, True)
    assert tenant.exchanges("/me/v1/authentication-methods/passkey%7Cnew/verify")


def test_method_is_deleted(gateway: Gateway, tenant: Tenant) -> None:
    begun = gateway.begin(totp.KIND)
    gateway.delete(begun.method_id or "")

    assert [method["type"] for method in tenant.user(tenant["nia"])["methods"]] == []


def test_secrets_of_an_enrollment_stay_out_of_its_repr(gateway: Gateway) -> None:
    for kind in (totp.KIND, recovery_code.KIND, passkey.KIND):
        begun = gateway.begin(kind)
        hidden = (begun.auth_session, begun.manual_code, begun.recovery_code, begun.barcode_uri)
        assert not any(secret in repr(begun) for secret in hidden if secret)


# A wrong answer costs nothing


def test_wrong_code_is_named_and_the_same_enrollment_is_tried_again(gateway: Gateway) -> None:
    begun = gateway.begin(totp.KIND)
    error = not_verified(gateway, begun, code="000000")

    assert (error.code, error.outcome) == (Problem.WRONG_CODE, Certainty.NOT_DONE)
    assert error.fields == ("otp_code",)
    assert gateway.verify(begun.location, begun.auth_session, code=app_code(begun)).confirmed


@pytest.mark.parametrize("status", [400, 403, 415, 422])
def test_any_other_refusal_of_a_verify_is_a_wrong_answer(
    gateway: Gateway, tenant: Tenant, status: int
) -> None:
    begun = gateway.begin(totp.KIND)
    tenant.fault(VERIFY, status=status, body=problem(f"A0E-{status}-0009", status), times=1)

    assert not_verified(gateway, begun, code="123456").code is Problem.WRONG_CODE


def test_confirming_what_is_gone_says_so(gateway: Gateway, tenant: Tenant) -> None:
    begun = gateway.begin(totp.KIND)
    tenant.fault(VERIFY, status=404, body=problem("A0E-404-0001", 404), times=1)

    assert not_verified(gateway, begun, code="123456").code is Problem.NOT_FOUND
