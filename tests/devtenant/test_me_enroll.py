"""Adding factors through the My Account API, type by type."""

from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import httpx
import pyotp
import pytest

from tests.plugins.tenant_apis import TenantApis
from tests.support.softauthn import SoftAuthenticator
from tests.support.tenant import Account, Tenant

METHODS = "/authentication-methods"
PHONE = "+15555550177"


@pytest.fixture
def nia(tenant: Tenant) -> Account:
    return tenant["nia"]


@pytest.fixture
def me(apis: TenantApis, nia: Account) -> httpx.Client:
    return apis.my_account(nia)


def begin(me: httpx.Client, **body: Any) -> dict[str, Any]:
    response = me.post(METHODS, json=body)
    assert response.status_code == 202, response.text
    return {**response.json(), "location": response.headers["location"]}


def verify(me: httpx.Client, begun: dict[str, Any], **proof: Any) -> httpx.Response:
    """Verify where `Location` says, as it is encoded there."""
    return me.post(f"{begun['location']}/verify", json={"auth_session": begun["auth_session"], **proof})


def listed(me: httpx.Client) -> dict[str, dict[str, Any]]:
    found = me.get(METHODS).json()["authentication_methods"]
    return {method["id"]: method for method in found}


def sent_code(tenant: Tenant, to: str) -> str:
    return str(tenant.messages(to)[-1]["code"])


def test_authenticator_is_confirmed_by_a_right_code(me: httpx.Client) -> None:
    begun = begin(me, type="totp")
    assert listed(me)[begun["id"]]["confirmed"] is False
    secret = parse_qs(urlsplit(begun["barcode_uri"]).query)["secret"][0]
    assert secret == begun["manual_input_code"]
    response = verify(me, begun, otp_code=pyotp.TOTP(secret).now())
    assert (response.status_code, response.json()["confirmed"]) == (201, True)
    assert response.headers["location"].endswith(quote(begun["id"], safe=""))
    assert listed(me)[begun["id"]]["confirmed"] is True


def test_authenticator_stays_unconfirmed_after_a_wrong_code(me: httpx.Client) -> None:
    begun = begin(me, type="totp")
    response = verify(me, begun, otp_code="000000")
    assert response.status_code == 400
    assert response.json()["validation_errors"][0]["field"] == "otp_code"
    assert listed(me)[begun["id"]]["confirmed"] is False


def test_wrong_codes_end_in_a_limit_that_a_right_one_does_not_pass(me: httpx.Client) -> None:
    begun = begin(me, type="totp")
    statuses = [verify(me, begun, otp_code="000000").status_code for _ in range(11)]
    assert statuses == [400] * 10 + [429]
    right = verify(me, begun, otp_code=pyotp.TOTP(begun["manual_input_code"]).now())
    assert right.status_code == 429
    assert int(right.headers["retry-after"]) > 0


def test_auth_session_is_good_once(me: httpx.Client) -> None:
    begun = begin(me, type="recovery-code")
    assert verify(me, begun).status_code == 201
    assert verify(me, begun).status_code == 400


def test_auth_session_expires(tenant: Tenant, me: httpx.Client) -> None:
    begun = begin(me, type="recovery-code")
    tenant.clock(601)
    assert verify(me, begun).status_code == 400


def test_auth_session_of_somebody_else_is_not_known(
    tenant: Tenant, apis: TenantApis, me: httpx.Client
) -> None:
    begun = begin(me, type="recovery-code")
    theirs = apis.my_account(tenant["tess"])
    assert verify(theirs, begun).status_code == 400


@pytest.mark.parametrize("channel", ["sms", "voice"])
def test_phone_is_confirmed_by_the_code_that_was_sent(tenant: Tenant, me: httpx.Client, channel: str) -> None:
    begun = begin(me, type="phone", phone_number=PHONE, preferred_authentication_method=channel)
    assert [message["channel"] for message in tenant.messages(PHONE)] == [channel]
    done = verify(me, begun, otp_code=sent_code(tenant, PHONE)).json()
    assert (done["phone_number"], done["preferred_authentication_method"]) == (PHONE, channel)


def test_code_sent_again_belongs_to_the_new_enrollment_alone(tenant: Tenant, me: httpx.Client) -> None:
    first = begin(me, type="phone", phone_number=PHONE)
    second = begin(me, type="phone", phone_number=PHONE)
    newest = sent_code(tenant, PHONE)
    if newest != tenant.messages(PHONE)[0]["code"]:
        assert verify(me, first, otp_code=newest).status_code == 400
    assert verify(me, second, otp_code=newest).status_code == 201


def test_phone_that_is_enrolled_already_is_refused(tenant: Tenant, apis: TenantApis) -> None:
    response = apis.my_account(tenant["tess"]).post(
        METHODS, json={"type": "phone", "phone_number": "+15555550123"}
    )
    assert response.status_code == 400


def test_voice_is_refused_where_the_tenant_sends_texts_alone(tenant: Tenant, me: httpx.Client) -> None:
    tenant.set_settings(phone_message_types=["sms"])
    body = {"type": "phone", "phone_number": PHONE, "preferred_authentication_method": "voice"}
    assert me.post(METHODS, json=body).status_code == 400
    assert tenant.messages(PHONE) == []


def test_email_is_confirmed_by_the_code_that_was_sent(tenant: Tenant, me: httpx.Client) -> None:
    begun = begin(me, type="email", email="Spare@example.test")
    done = verify(me, begun, otp_code=sent_code(tenant, "spare@example.test")).json()
    assert (done["type"], done["email"]) == ("email", "spare@example.test")


def test_code_that_was_sent_runs_out(tenant: Tenant, me: httpx.Client) -> None:
    begun = begin(me, type="email", email="spare@example.test")
    tenant.clock(301)
    assert verify(me, begun, otp_code=sent_code(tenant, "spare@example.test")).status_code == 400


def test_push_is_confirmed_once_the_phone_has_scanned(tenant: Tenant, me: httpx.Client) -> None:
    begun = begin(me, type="push-notification")
    assert verify(me, begun).status_code == 400
    tenant.control(f"push/{begun['id']}/scan", {})
    done = verify(me, begun)
    assert (done.status_code, done.json()["type"]) == (201, "push-notification")
    kinds = [method["type"] for method in listed(me).values() if method["type"] != "password"]
    assert kinds == ["push-notification", "totp"]


def test_recovery_code_replaces_the_old_one_when_it_is_verified(tenant: Tenant, apis: TenantApis) -> None:
    me, old = apis.my_account(tenant["tess"]), tenant.user(tenant["tess"])["recovery_code"]
    begun = begin(me, type="recovery-code")
    assert tenant.user(tenant["tess"])["recovery_code"] == old
    verify(me, begun)
    assert tenant.user(tenant["tess"])["recovery_code"] == begun["recovery_code"] != old
    assert [each["type"] for each in listed(me).values()].count("recovery-code") == 1


def test_password_is_changed_by_the_policy(tenant: Tenant, me: httpx.Client, nia: Account) -> None:
    begun = begin(me, type="password")
    assert begun["id"] == "password|new"
    assert begun["policy"]["complexity"]["min_length"] == 8
    assert verify(me, begun, new_password="short").status_code == 400
    done = verify(me, begun, new_password="demo-Another1!")
    assert (done.status_code, done.json()["type"]) == (201, "password")
    assert tenant.user(nia)["password"] == "demo-Another1!"


def test_password_of_a_social_user_is_refused(tenant: Tenant, apis: TenantApis) -> None:
    response = apis.my_account(tenant["gus"]).post(METHODS, json={"type": "password"})
    assert response.status_code == 400


def test_passkey_is_made_from_a_real_attestation(tenant: Tenant, me: httpx.Client) -> None:
    begun = begin(me, type="passkey")
    assert "id" not in begun
    assert begun["location"].endswith("/authentication-methods/passkey%7Cnew")
    device = SoftAuthenticator("http://localhost:8000", synced=True, attachment="platform")
    done = verify(me, begun, authn_response=device.create(begun["authn_params_public_key"]))
    assert done.status_code == 201, done.text
    made = done.json()
    assert (made["credential_device_type"], made["credential_backed_up"]) == ("multi_device", True)
    assert listed(me)[made["id"]] == made


def test_second_passkey_excludes_the_first(me: httpx.Client) -> None:
    begun = begin(me, type="passkey")
    device = SoftAuthenticator("http://localhost:8000")
    made = verify(me, begun, authn_response=device.create(begun["authn_params_public_key"])).json()
    again = begin(me, type="passkey")["authn_params_public_key"]
    assert [each["id"] for each in again["excludeCredentials"]] == [made["key_id"]]


def test_passkey_challenge_is_good_for_one_attempt(me: httpx.Client) -> None:
    begun, other = begin(me, type="passkey"), begin(me, type="passkey")
    device = SoftAuthenticator("http://localhost:8000")
    wrong = device.create(other["authn_params_public_key"])
    right = device.create(begun["authn_params_public_key"])
    assert verify(me, begun, authn_response=wrong).status_code == 400
    assert verify(me, begun, authn_response=right).status_code == 400


def test_passkey_from_a_foreign_origin_is_refused(me: httpx.Client) -> None:
    begun = begin(me, type="passkey")
    device = SoftAuthenticator("https://phish.example")
    response = verify(me, begun, authn_response=device.create(begun["authn_params_public_key"]))
    assert response.status_code == 400


@pytest.mark.parametrize("kind", ["webauthn-roaming", "webauthn-platform", "sms", "carrier-pigeon"])
def test_type_that_cannot_be_enrolled_here_is_refused(me: httpx.Client, kind: str) -> None:
    response = me.post(METHODS, json={"type": kind})
    assert response.status_code == 400
    assert response.json()["validation_errors"][0]["pointer"] == "/type"


def test_factor_that_the_tenant_has_off_is_refused(tenant: Tenant, me: httpx.Client) -> None:
    tenant.set_settings(factors={"otp": False})
    assert me.post(METHODS, json={"type": "totp"}).status_code == 400


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"type": "totp", "name": "Phone"}, ""),
        ({"type": "phone"}, ""),
        ({"type": "phone", "phone_number": "555"}, "/phone_number"),
        ({"type": "email", "email": "nobody"}, "/email"),
        ({"type": "passkey", "connection": "no such!"}, "/connection"),
    ],
)
def test_body_with_a_wrong_member_is_refused_and_says_where(
    me: httpx.Client, body: dict[str, Any], pointer: str
) -> None:
    response = me.post(METHODS, json=body)
    problem = response.json()
    assert (response.status_code, problem["status"]) == (400, 400)
    assert problem["type"] == "https://auth0.com/api-errors/A0E-400-0003"
    assert [error["pointer"] for error in problem["validation_errors"]] == [pointer]


def test_body_that_is_no_json_is_unsupported(me: httpx.Client) -> None:
    assert me.post(METHODS, data={"type": "totp"}).status_code == 415


def test_enrollment_is_in_the_log(me: httpx.Client, apis: TenantApis) -> None:
    begun = begin(me, type="totp")
    verify(me, begun, otp_code="000000")
    verify(me, begun, otp_code=pyotp.TOTP(begun["manual_input_code"]).now())
    prefix = "my_account_authentication_method_"
    logged = [str(entry.type) for entry in apis.management().logs.list()]
    assert sorted(kind for kind in logged if kind.startswith(prefix)) == [
        f"{prefix}failed",
        f"{prefix}succeeded",
        f"{prefix}succeeded",
    ]
