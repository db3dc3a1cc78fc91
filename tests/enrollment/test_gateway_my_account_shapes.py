"""The My Account API against the local tenant: answers in other shapes than described."""

import logging
from urllib.parse import urlsplit

import pytest

from accounts.auth0.errors import Certainty, Problem, TenantError
from accounts.auth0.tenant import current_tenant
from enrollment.gateways.my_account import MyAccountGateway
from enrollment.kinds import phone, push, totp, unknown
from tests.enrollment.my_account_api import COLLECTION, CREATE, DELETE, FACTORS, refused
from tests.plugins.tenant_apis import TenantApis
from tests.support.tenant import Tenant

Gateway = MyAccountGateway


@pytest.fixture
def gateway(tenant: Tenant, apis: TenantApis) -> Gateway:
    return MyAccountGateway.current(apis.person_token(tenant["nia"], CREATE, DELETE, FACTORS))


@pytest.mark.parametrize("wrap", ['{"factors": %s, "next": 1}', "%s"], ids=["by description", "as served"])
def test_offered_factors_are_read_in_both_forms(gateway: Gateway, tenant: Tenant, wrap: str) -> None:
    body = wrap % '[{"type": "totp", "usage": []}, {"type": "push-notification"}, {"type": "smell"}]'
    tenant.fault("GET /me/v1/factors", status=200, body=body, times=1)

    assert gateway.list_factors() == (totp.KIND, push.KIND, unknown.KIND)


def test_offered_factors_are_the_tenants_own(gateway: Gateway, tenant: Tenant) -> None:
    tenant.set_settings(factors={"otp": False})

    offered = gateway.list_factors()
    assert phone.KIND in offered
    assert totp.KIND not in offered


@pytest.mark.parametrize("body", ["{}", '"x"', '{"factors": {}}', "[1]", "<html>"])
def test_offered_factors_of_no_shape_at_all_are_garbage(gateway: Gateway, tenant: Tenant, body: str) -> None:
    tenant.fault("GET /me/v1/factors", status=200, body=body, times=1)

    with pytest.raises(TenantError) as caught:
        gateway.list_factors()
    assert (caught.value.code, caught.value.outcome) == (Problem.GARBAGE, Certainty.NOT_DONE)


def test_unknown_members_and_a_missing_location_are_no_hindrance(gateway: Gateway, tenant: Tenant) -> None:
    body = '{"id": "totp|d 1", "auth_session": "s", "barcode_uri": "otpauth://x", "new": {"a": [1]}}'
    tenant.fault(COLLECTION, status=202, body=body, times=1)

    begun = gateway.begin(totp.KIND)
    assert begun.location == current_tenant().url("/me/v1/authentication-methods/totp%7Cd%201")


def test_location_elsewhere_never_gets_the_token(gateway: Gateway, tenant: Tenant) -> None:
    """The token is the person's: the path of a Location is used, its host is not."""
    body = '{"id": "totp|1", "auth_session": "s", "barcode_uri": "otpauth://x"}'
    elsewhere = "http://evil.example/me/v1/authentication-methods/totp%7C1"
    tenant.fault(COLLECTION, status=202, body=body, headers={"Location": elsewhere}, times=1)
    assert urlsplit(gateway.begin(totp.KIND).location).netloc == tenant.domain

    tenant.fault(COLLECTION, status=202, body=body, headers={"Location": "/api/v2/users"}, times=1)
    assert refused(gateway).code is Problem.GARBAGE


def test_refusal_is_logged_by_its_code_without_what_was_typed(
    gateway: Gateway, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "enrollment"):
        refused(gateway, phone.KIND, phone="+1", channel="sms")

    assert "A0E-400-0003" in caplog.text
    assert "phone" not in caplog.text
