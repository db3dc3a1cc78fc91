"""Tokens, keys and documents that cannot be trusted, and a tenant that does not answer."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.login.errors import LoginErrorCode
from mfaproject.users.models import User
from tests.accounts.conftest import PersonMaker, Response
from tests.accounts.steps import (
    assert_closed,
    assert_explained,
    assert_nobody_came_in,
    begin_sign_in,
    begin_step_up,
)
from tests.accounts.tokens import ask_for_token
from tests.support.clock import Clock
from tests.support.person import Person
from tests.support.tenant import Tenant


@pytest.mark.parametrize(
    ("fault", "failure"),
    [
        ({"set": {"nonce": "another"}}, LoginErrorCode.NOT_OURS),
        ({"drop": ["nonce"]}, LoginErrorCode.NOT_OURS),
        ({"set": {"iss": "https://evil.test/"}}, LoginErrorCode.BAD_TOKEN),
        ({"set": {"aud": "another-client"}}, LoginErrorCode.BAD_TOKEN),
        ({"set": {"sub": ""}}, LoginErrorCode.BAD_TOKEN),
        ({"drop": ["sub"]}, LoginErrorCode.BAD_TOKEN),
        ({"drop": ["iat"]}, LoginErrorCode.BAD_TOKEN),
        ({"drop": ["exp"]}, LoginErrorCode.BAD_TOKEN),
        ({"set": {"iat": "now"}}, LoginErrorCode.BAD_TOKEN),
        ({"key": "unknown"}, LoginErrorCode.BAD_TOKEN),
        ({"alg": "none"}, LoginErrorCode.BAD_TOKEN),
        ({"header": {"typ": "at+jwt"}}, LoginErrorCode.BAD_TOKEN),
        ({"header": {"typ": "logout+jwt"}}, LoginErrorCode.BAD_TOKEN),
        ({"header": {"typ": ["JWT"]}}, LoginErrorCode.BAD_TOKEN),
        ({"set": {"exp": 1}}, LoginErrorCode.TOO_LATE),
        ({"set": {"iat": 1}}, LoginErrorCode.TOO_LATE),
        ({"set": {"auth_time": 1}}, LoginErrorCode.LOGIN_NOT_FRESH),
    ],
)
def test_token_that_cannot_be_trusted_lets_nobody_in(
    tenant: Tenant, person: PersonMaker, fault: dict[str, Any], failure: LoginErrorCode
) -> None:
    nia = person("nia")
    tenant.token_fault(**fault)
    assert_explained(nia.sign_in(), failure)
    assert_nobody_came_in(nia)
    assert not User.objects.exists()


@pytest.mark.parametrize("kind", ["jwt", None])
def test_token_of_its_own_type_or_of_none_signs_in(
    tenant: Tenant, person: PersonMaker, kind: str | None
) -> None:
    tenant.token_fault(header={"typ": kind})
    assert person("nia").sign_in().status_code == 302


@pytest.mark.parametrize("order", [{"bits": 1024}, {"use": "enc"}])
def test_key_too_small_or_meant_for_something_else_verifies_nothing(
    tenant: Tenant, person: PersonMaker, order: dict[str, Any]
) -> None:
    nia = person("nia")
    tenant.rotate_keys(**order)
    assert_explained(nia.sign_in(), LoginErrorCode.BAD_TOKEN)
    assert_nobody_came_in(nia)
    tenant.rotate_keys()
    cache.clear()
    assert nia.sign_in().status_code == 302


def test_tenant_a_little_ahead_is_let_pass_and_far_ahead_is_not(
    tenant: Tenant, person: PersonMaker, elapse: Clock
) -> None:
    tenant.clock(8)
    assert person("nia").sign_in().status_code == 302
    tenant.clock(60)
    assert_explained(person("nia").sign_in(), LoginErrorCode.CLOCKS_DIFFER)


def now() -> int:
    return int(timezone.now().timestamp())


@pytest.mark.parametrize(
    ("claim", "seconds", "failure"),
    [
        ("nbf", 5, None),
        ("nbf", 30, LoginErrorCode.CLOCKS_DIFFER),
        ("iat", 5, None),
        ("iat", 30, LoginErrorCode.CLOCKS_DIFFER),
        ("iat", -5, None),
        ("iat", -30, LoginErrorCode.CLOCKS_DIFFER),
        ("exp", -5, None),
        ("exp", -30, LoginErrorCode.TOO_LATE),
    ],
)
def test_every_time_of_a_token_has_the_same_leeway(
    tenant: Tenant, person: PersonMaker, claim: str, seconds: int, failure: LoginErrorCode | None
) -> None:
    nia = person("nia")
    callback = nia.to_callback(begin_sign_in(nia))
    tenant.token_fault(set={claim: now() + seconds})
    response = nia.client.get(callback)
    if failure is None:
        assert response.status_code == 302
    else:
        assert_explained(response, failure)
        assert_nobody_came_in(nia)


@pytest.mark.usefixtures("gated_site")
@pytest.mark.parametrize("minutes", [1, 5, 9])
def test_token_older_than_its_own_trip_confirms_nothing(tenant: Tenant, tess: Person, minutes: int) -> None:
    callback = tess.to_callback(begin_step_up(tess))
    tenant.token_fault(set={"iat": now() - minutes * 60})
    assert_explained(tess.client.get(callback), LoginErrorCode.CLOCKS_DIFFER)
    assert_closed(tess)


def test_trip_that_takes_its_time_is_met_by_a_token_of_now(
    person: PersonMaker, tenant: Tenant, elapse: Clock
) -> None:
    nia = person("nia")
    leaving = begin_sign_in(nia)
    elapse(1200)
    assert nia.come_back(leaving).status_code == 302


@pytest.mark.parametrize(
    "fault",
    [{"nbf": 30}, {"iat": -30}, {"iat": -3600}, {"exp": -30}, {"auth_time": -(31 * 24 * 3600)}],
)
def test_time_that_does_not_fit_is_logged_with_both_clocks(
    tenant: Tenant, person: PersonMaker, caplog: pytest.LogCaptureFixture, fault: dict[str, int]
) -> None:
    nia = person("nia")
    callback = nia.to_callback(begin_sign_in(nia))
    [(claim, seconds)] = fault.items()
    theirs = now() + seconds
    tenant.token_fault(set={claim: theirs})
    response = nia.client.get(callback)

    [line] = [record.getMessage() for record in caplog.records if "The clocks" in record.getMessage()]
    assert response.context["reference"] in line
    assert f"{claim} {datetime.fromtimestamp(theirs, UTC).isoformat()}" in line
    ours = datetime.fromisoformat(line.rpartition("now ")[2])
    assert abs(ours - timezone.now()) < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("fault", "failure"),
    [
        ({"status": 500, "body": "<html>oops</html>"}, LoginErrorCode.UNAVAILABLE),
        ({"status": 503}, LoginErrorCode.UNAVAILABLE),
        ({"status": 429, "headers": {"Retry-After": "5"}}, LoginErrorCode.UNAVAILABLE),
        ({"status": 200, "body": "<html>not json</html>"}, LoginErrorCode.NONSENSE),
        ({"status": 200, "body": "[]"}, LoginErrorCode.NONSENSE),
        ({"status": 200, "body": "{}"}, LoginErrorCode.BAD_TOKEN),
        ({"status": 200, "body": '{"access_token": "a", "id_token": "not.a.jwt"}'}, LoginErrorCode.BAD_TOKEN),
        ({"status": 200, "body": '{"access_token": "a", "id_token": {"a": 1}}'}, LoginErrorCode.BAD_TOKEN),
        ({"status": 401, "body": '{"error": "invalid_client"}'}, LoginErrorCode.MISCONFIGURED),
        ({"status": 403, "body": '{"error": "mfa_required"}'}, LoginErrorCode.MFA_REQUIRED),
        ({"drop": True}, LoginErrorCode.UNREACHABLE),
        ({"delay": 3}, LoginErrorCode.TIMED_OUT),
    ],
)
def test_token_exchange_that_fails_is_explained(
    tenant: Tenant, person: PersonMaker, settings: Settings, fault: dict[str, Any], failure: LoginErrorCode
) -> None:
    settings.TENANT_READ_TIMEOUT = 1
    nia = person("nia")
    callback = nia.to_callback(begin_sign_in(nia))
    tenant.fault("POST /oauth/token", **fault)
    assert_explained(nia.client.get(callback), failure)
    assert_nobody_came_in(nia)


REFUSED_CLIENT = [
    '{"error": "access_denied", "error_description": "Unauthorized"}',
    '{"error": "invalid_grant"}',
    '{"error": "mfa_required"}',
    '{"error": "something_new"}',
    "{}",
    "<html>",
]


@pytest.mark.parametrize("body", REFUSED_CLIENT)
def test_client_that_the_token_endpoint_refuses_is_not_set_up_and_the_log_says_so(
    tenant: Tenant, person: PersonMaker, caplog: pytest.LogCaptureFixture, body: str
) -> None:
    nia = person("nia")
    callback = nia.to_callback(begin_sign_in(nia))
    tenant.fault("POST /oauth/token", status=401, body=body)
    response = nia.client.get(callback)

    assert_explained(response, LoginErrorCode.MISCONFIGURED)
    assert_nobody_came_in(nia)
    assert_operator_is_told_of_the_client(caplog, response)


def assert_operator_is_told_of_the_client(caplog: pytest.LogCaptureFixture, response: Response) -> None:
    [line] = [
        record.getMessage() for record in caplog.records if "AUTH0_CLIENT_SECRET" in record.getMessage()
    ]
    assert response.context["reference"] in line
    assert "mfa_doctor" in line


def test_wrong_client_secret_is_not_set_up_and_does_not_stand_in_the_log(
    person: PersonMaker, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.AUTH0_CLIENT_SECRET = "another-secret"
    response = person("nia").sign_in()
    assert_explained(response, LoginErrorCode.MISCONFIGURED)
    assert_operator_is_told_of_the_client(caplog, response)
    assert "another-secret" not in caplog.text


@pytest.mark.usefixtures("gated_site")
@pytest.mark.parametrize("body", REFUSED_CLIENT)
def test_client_that_is_refused_on_a_trip_for_a_token_is_no_closed_api(
    tenant: Tenant, tess: Person, body: str
) -> None:
    callback = tess.to_callback(ask_for_token(tess))
    tenant.fault("POST /oauth/token", status=401, body=body)
    assert_explained(tess.client.get(callback), LoginErrorCode.MISCONFIGURED)


@pytest.mark.parametrize(
    ("fault", "failure"),
    [
        ({"status": 500}, LoginErrorCode.UNAVAILABLE),
        ({"status": 200, "body": "nonsense"}, LoginErrorCode.NONSENSE),
        ({"status": 200, "body": '{"keys": {}}'}, LoginErrorCode.NONSENSE),
    ],
)
def test_signing_keys_that_cannot_be_had_are_explained(
    tenant: Tenant, person: PersonMaker, fault: dict[str, Any], failure: LoginErrorCode
) -> None:
    nia = person("nia")
    callback = nia.to_callback(begin_sign_in(nia))
    tenant.fault("GET /.well-known/jwks.json", **fault)
    assert_explained(nia.client.get(callback), failure)
    assert_nobody_came_in(nia)


@pytest.mark.parametrize("document", ["openid-configuration", "jwks.json"])
@pytest.mark.parametrize("wait", ["30", "Wed, 21 Oct 2015 07:28:00 GMT", "soon"])
def test_document_that_is_asked_for_too_often_is_not_available_now(
    tenant: Tenant, person: PersonMaker, document: str, wait: str
) -> None:
    nia = person("nia")
    callback = nia.to_callback(begin_sign_in(nia))
    cache.clear()
    tenant.fault(f"GET /.well-known/{document}", status=429, headers={"Retry-After": wait})
    assert_explained(nia.client.get(callback), LoginErrorCode.UNAVAILABLE)
    assert_nobody_came_in(nia)


@pytest.mark.parametrize(
    ("body", "failure"),
    [
        ('{"issuer": "https://evil.test/"}', LoginErrorCode.MISCONFIGURED),
        ('{"issuer": null}', LoginErrorCode.NONSENSE),
        ("{}", LoginErrorCode.NONSENSE),
        ("[]", LoginErrorCode.NONSENSE),
        ("nonsense", LoginErrorCode.NONSENSE),
    ],
)
def test_discovery_that_points_elsewhere_sends_nobody_there(
    tenant: Tenant, person: PersonMaker, body: str, failure: LoginErrorCode
) -> None:
    tenant.fault("GET /.well-known/openid-configuration", status=200, body=body)
    assert_explained(begin_sign_in(person("nia")), failure)


@pytest.mark.parametrize("wrong", [("issuer",), ("token_endpoint",), ("issuer", "jwks_uri")])
def test_log_names_what_in_discovery_points_elsewhere(
    tenant: Tenant, person: PersonMaker, caplog: pytest.LogCaptureFixture, wrong: tuple[str, ...]
) -> None:
    route = "GET /.well-known/openid-configuration"
    tenant.fault(route, after=True, change=dict.fromkeys(wrong, "https://evil.test/secret"))
    assert_explained(begin_sign_in(person("nia")), LoginErrorCode.MISCONFIGURED)
    [line] = [record.getMessage() for record in caplog.records if "AUTH0_DOMAIN" in record.getMessage()]
    assert line.endswith(f": {', '.join(wrong)}")
    assert "secret" not in line


def test_tenant_that_is_down_is_explained_where_it_begins(
    client: Client, db: None, settings: Settings
) -> None:
    settings.AUTH0_DOMAIN = "localhost:9"
    assert_explained(client.post("/auth/login/auth0/"), LoginErrorCode.UNREACHABLE)


def test_callback_to_an_unknown_key_asks_once_and_then_waits(tenant: Tenant, person: PersonMaker) -> None:
    person("nia").sign_in()
    tenant.exchanges()
    for _ in range(3):
        tenant.token_fault(key="unknown")
        assert_explained(person("nia").sign_in(), LoginErrorCode.BAD_TOKEN)
    assert len(tenant.exchanges("/.well-known/jwks.json")) == 1


def test_key_rotation_is_noticed_at_the_first_new_token(tenant: Tenant, person: PersonMaker) -> None:
    person("nia").sign_in()
    for _ in range(2):  # one announced ahead, one not
        tenant.rotate_keys()
    assert person("nia").sign_in().status_code == 302
