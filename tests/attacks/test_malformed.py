"""Answers and forms that nobody sane would send: each ends in one explained error, and never in a crash."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from accounts.auth0.errors import Certainty, Problem, TenantError
from accounts.login.errors import LoginErrorCode
from accounts.models import UserSession
from accounts.step_up.assurance import SESSION_KEY
from enrollment.gateways.management import ManagementGateway
from enrollment.gateways.my_account import MyAccountGateway
from enrollment.gateways.tenant_setup import described
from enrollment.kinds import passkey, totp
from mfaproject.users.models import User
from tests.accounts.conftest import PersonMaker
from tests.accounts.steps import (
    assert_closed,
    assert_explained,
    assert_nobody_came_in,
    begin_sign_in,
    begin_step_up,
)
from tests.accounts.tokens import GRANTED, ask_for_token, kept
from tests.enrollment.my_account_api import CREATE, FACTORS
from tests.plugins.tenant_apis import TenantApis
from tests.support.tenant import Tenant

SECURITY, PASSKEY = "/account/security/", "/account/security/add/passkey/"
TOKEN = "POST /oauth/token"
KEYS = "GET /.well-known/jwks.json"
DISCOVERY = "GET /.well-known/openid-configuration"
METHODS = "GET /api/v2/users/*/authentication-methods"
DEEP = 100_000
NESTED = ["[" * DEEP + "]" * DEEP, '{"a":' * DEEP + "1" + "}" * DEEP]


# Identity


@pytest.mark.parametrize("sub", ["auth0|" + "a" * 250, "auth0|\x00ada", "auth0|\ud800ada"])
def test_subject_that_does_not_fit_lets_nobody_in(tenant: Tenant, person: PersonMaker, sub: str) -> None:
    nia = person("nia")
    tenant.token_fault(set={"sub": sub})
    assert_explained(nia.sign_in(), LoginErrorCode.BAD_TOKEN)
    assert_nobody_came_in(nia)
    assert not User.objects.exists()


def test_subject_that_would_fit_if_it_were_cut_is_not_whom_it_resembles(
    tenant: Tenant, person: PersonMaker
) -> None:
    owner = tenant.add_user(sub="auth0|" + "a" * 249, email="long@example.test", password="demo-Passw0rd!")
    assert person(owner).sign_in().status_code == 302
    nia = person("nia")
    for sub in (f"{owner.sub}b", f"{owner.sub}\x00"):
        tenant.token_fault(set={"sub": sub})
        assert_explained(nia.sign_in(), LoginErrorCode.BAD_TOKEN)
        assert_nobody_came_in(nia)


@pytest.mark.parametrize("sid", ["s" * 121, "s\x00", "s\ud800"])
def test_session_id_that_does_not_fit_is_left_out_of_the_list(
    tenant: Tenant, person: PersonMaker, sid: str
) -> None:
    nia = person("nia")
    tenant.token_fault(set={"sid": sid})
    assert nia.sign_in().status_code == 302
    assert nia.client.get(SECURITY).status_code == 200
    assert UserSession.objects.get().sid == ""


@pytest.mark.parametrize("odd", ["otp\x00", "otp\ud800", "o" * 100_000])
def test_method_that_cannot_be_shown_breaks_no_page(tenant: Tenant, person: PersonMaker, odd: str) -> None:
    tess = person("tess")
    tess.sign_in()
    leaving = begin_step_up(tess, SECURITY)
    tenant.token_fault(set={"amr": ["mfa", odd]})
    assert tess.come_back(leaving).status_code == 302
    page = tess.client.get(SECURITY)
    assert page.status_code == 200
    assert "\x00" not in page.content.decode()
    assert tess.client.session[SESSION_KEY]["mfa_at"]


# Answers at sign-in


@pytest.mark.parametrize("status", [200, 400, 401, 500])
@pytest.mark.parametrize("body", NESTED, ids=["list", "object"])
@pytest.mark.parametrize("route", [TOKEN, KEYS])
def test_nesting_without_end_on_the_way_back_is_explained(
    tenant: Tenant, person: PersonMaker, route: str, body: str, status: int
) -> None:
    nia = person("nia")
    callback = nia.to_callback(begin_sign_in(nia))
    tenant.fault(route, status=status, body=body)
    assert nia.client.get(callback).context["explanation"]
    assert_nobody_came_in(nia)


@pytest.mark.parametrize("body", NESTED, ids=["list", "object"])
def test_nesting_without_end_in_the_discovery_document_is_explained(
    tenant: Tenant, person: PersonMaker, body: str
) -> None:
    tenant.fault(DISCOVERY, status=200, body=body)
    assert_explained(begin_sign_in(person("nia")), LoginErrorCode.NONSENSE)


@pytest.mark.parametrize("depth", range(300, 1000, 20))
def test_member_as_deep_as_the_parser_goes_breaks_nothing_behind_it(
    tenant: Tenant, person: PersonMaker, depth: int
) -> None:
    """What can be read may still be too deep to be stored or shown."""
    nested = "[" * depth + "]" * depth
    nia = person("nia")
    for route, path in ((DISCOVERY, "openid-configuration"), (KEYS, "jwks.json")):
        said = tenant.http.get(f"{tenant.base_url}/.well-known/{path}", timeout=5).text
        body = re.sub('"(issuer|kid)":', rf'"more":{nested},"\\1":', said)
        assert nested in body
        tenant.fault(route, status=200, body=body, times=1)
    leaving = begin_sign_in(nia)
    if leaving.status_code == 303:
        leaving = nia.come_back(leaving)
    assert leaving.status_code == 302 or leaving.context["explanation"]


@pytest.mark.parametrize("name", ["name", "email", "acr", "amr", "sid", "sub", "aud", "nonce", "more"])
def test_nested_claim_is_explained_or_passed_over(tenant: Tenant, person: PersonMaker, name: str) -> None:
    nested: Any = []
    for _ in range(150):
        nested = [nested]
    tenant.token_fault(set={name: nested}, drop=["given_name", "family_name"])
    answer = person("nia").sign_in()
    assert answer.status_code == 302 or answer.context["explanation"]


@pytest.mark.parametrize(
    "key",
    [
        {"kty": "RSA"},
        {"kty": "RSA", "n": 5, "e": "AQAB", "alg": "RS256"},
        {"kty": "RSA", "n": "\ud800", "e": "AQAB", "alg": "RS256"},
        {"kty": "RSA", "n": "", "e": "", "alg": "RS256"},
        {"kty": ["RSA"], "n": "AQAB", "e": "AQAB", "alg": "RS256"},
        {"kty": "RSA", "n": "AQAB", "e": "AQAB", "alg": ["RS256"]},
        {"kty": "EC", "crv": "P-256", "x": 1, "y": 1},
        {"kty": "oct", "k": "AAAA"},
    ],
)
def test_signing_key_that_is_none_is_explained(
    tenant: Tenant, person: PersonMaker, key: dict[str, Any]
) -> None:
    said = tenant.http.get(f"{tenant.base_url}/.well-known/jwks.json", timeout=5).json()["keys"]
    nia = person("nia")
    callback = nia.to_callback(begin_sign_in(nia))
    keys = [{**key, "kid": one["kid"]} for one in said]
    tenant.fault(KEYS, status=200, body=json.dumps({"keys": keys}))
    assert nia.client.get(callback).context["explanation"]
    assert_nobody_came_in(nia)


@pytest.mark.parametrize("name", ["id_token", "access_token"])
def test_token_that_is_no_text_is_explained(tenant: Tenant, person: PersonMaker, name: str) -> None:
    body = {"id_token": "a.b.c", "access_token": "a", name: "\ud800.\ud800.\x00"}
    nia = person("nia")
    callback = nia.to_callback(begin_sign_in(nia))
    tenant.fault(TOKEN, status=200, body=json.dumps(body))
    assert nia.client.get(callback).context["explanation"]


@pytest.mark.usefixtures("gated_site")
@pytest.mark.parametrize(
    "said",
    [
        {"expires_in": 10**400},
        {"expires_in": -(10**400)},
        {"expires_in": "soon"},
        {"expires_in": [1]},
        {"scope": [CREATE]},
        {"scope": {CREATE: 1}},
        {"access_token": "a\ud800"},
        {"access_token": "a\nb"},
        {"access_token": [CREATE]},
    ],
)
def test_answer_of_an_odd_shape_to_a_trip_for_a_token_breaks_nothing(
    tenant: Tenant, person: PersonMaker, said: dict[str, Any]
) -> None:
    tess = person("tess")
    tess.sign_in()
    callback = tess.to_callback(ask_for_token(tess))
    tenant.fault(TOKEN, change=said)
    answer = tess.client.get(callback)
    assert answer.status_code == 302 or answer.context["explanation"]
    if "expires_in" not in said:
        assert kept(tess) == {}


@pytest.mark.usefixtures("gated_site")
@pytest.mark.parametrize("seconds", [0, -5, -(10**400)])
def test_token_that_has_ended_before_it_came_is_not_used(
    tenant: Tenant, person: PersonMaker, seconds: int
) -> None:
    tess = person("tess")
    tess.sign_in()
    callback = tess.to_callback(ask_for_token(tess))
    tenant.fault(TOKEN, change={"expires_in": seconds})
    tess.client.get(callback)
    assert_closed(tess, GRANTED)


# Answers of the APIs


def refused(call: Callable[[], object]) -> TenantError:
    with pytest.raises(TenantError) as caught:
        call()
    return caught.value


@pytest.mark.parametrize("status", [200, 400, 500])
@pytest.mark.parametrize("body", NESTED, ids=["list", "object"])
@pytest.mark.parametrize("route", [TOKEN, METHODS])
def test_nesting_without_end_from_the_management_api_is_one_error(
    tenant: Tenant, route: str, body: str, status: int
) -> None:
    tenant.fault(route, status=status, body=body)
    assert refused(lambda: ManagementGateway.current().list_methods(tenant["tess"].sub)).cause


@pytest.mark.parametrize("depth", [20, 300])
def test_passkey_options_too_deep_to_be_kept_are_malformed(
    tenant: Tenant, apis: TenantApis, depth: int
) -> None:
    nested: Any = []
    for _ in range(depth):
        nested = [nested]
    gateway = MyAccountGateway.current(apis.person_token(tenant["nia"], CREATE))
    options = {"challenge": "AAAA", "more": nested}
    tenant.fault("POST /me/v1/authentication-methods", change={"authn_params_public_key": options})
    failure = refused(lambda: gateway.begin(passkey.KIND))
    assert (failure.code, failure.outcome) == (Problem.GARBAGE, Certainty.UNKNOWN)


@pytest.mark.parametrize("date", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_time_outside_the_calendar_is_one_error_or_none(tenant: Tenant, apis: TenantApis, date: str) -> None:
    method = {"id": "totp|1", "type": "totp", "confirmed": True, "created_at": date}
    tenant.fault(METHODS, status=200, body=json.dumps([method]))
    management = ManagementGateway.current()
    assert refused(lambda: management.list_methods(tenant["tess"].sub)).code is Problem.GARBAGE

    gateway = MyAccountGateway.current(apis.person_token(tenant["nia"], CREATE))
    begun = gateway.begin(totp.KIND)
    tenant.fault("POST /me/v1/**", status=201, body=json.dumps(method))
    failure = refused(lambda: gateway.verify(begun.location, begun.auth_session, code="000000"))
    assert (failure.code, failure.outcome) == (Problem.GARBAGE, Certainty.UNKNOWN)


@pytest.mark.parametrize("status", [200, 202, 400, 403, 500])
@pytest.mark.parametrize("body", NESTED, ids=["list", "object"])
def test_nesting_without_end_from_the_my_account_api_is_one_error(
    tenant: Tenant, apis: TenantApis, body: str, status: int
) -> None:
    gateway = MyAccountGateway.current(apis.person_token(tenant["nia"], CREATE, FACTORS))
    tenant.fault("* /me/v1/**", status=status, body=body)
    assert refused(lambda: gateway.begin(totp.KIND)).cause
    assert refused(gateway.list_factors).cause


@pytest.mark.parametrize("body", NESTED, ids=["list", "object"])
def test_nesting_without_end_at_the_doctors_look_is_one_error(tenant: Tenant, body: str) -> None:
    tenant.fault(DISCOVERY, status=200, body=body)
    assert refused(described).code is Problem.GARBAGE


# What visitors send


@pytest.mark.parametrize("credential", ["[" * 4000, *NESTED], ids=["short", "list", "object"])
def test_passkey_nested_without_end_is_an_explained_answer(
    tenant: Tenant, person: PersonMaker, credential: str
) -> None:
    nia = person("nia")
    page = nia.follow(nia.submit(nia.open(PASSKEY), to_path=PASSKEY))
    answer = nia.submit(page, credential=credential)
    assert answer.status_code == 422
    assert "could not be read" in answer.content.decode() or "at most" in answer.content.decode()


@pytest.mark.parametrize("content_type", ["application/json", "application/x-www-form-urlencoded"])
@pytest.mark.parametrize(
    "path", ["/auth/login/auth0/", "/step-up/", "/logout/", "/account/language/", SECURITY]
)
def test_body_nested_without_end_is_read_by_no_page(
    person: PersonMaker, path: str, content_type: str
) -> None:
    nia = person("nia")
    nia.sign_in()
    for body in NESTED:
        assert nia.client.post(path, body, content_type=content_type).status_code < 500
