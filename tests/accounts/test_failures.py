"""Every way a sign-in can fail: the page, its status, and that nothing else happened."""

import re
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.explanations import EXPLANATIONS
from accounts.failures import BY_PROVIDER_CODE, Failure
from accounts.models import User
from tests.accounts.conftest import PersonMaker, Response
from tests.support.clock import Clock
from tests.support.person import Person
from tests.support.tenant import Tenant

SECRETS = re.compile(r"Traceback|eyJ[\w-]+\.|access_token|id_token")


def state_of(leaving: Response) -> str:
    return parse_qs(urlsplit(leaving["Location"]).query)["state"][0]


def begin(somebody: Person) -> Response:
    return somebody.client.post("/auth/login/auth0/", {"next": "/account/security/"})


def come_back_with(somebody: Person, **answer: str) -> Response:
    return somebody.client.get("/auth/complete/auth0/", {"state": state_of(begin(somebody)), **answer})


def assert_explained(response: Response, failure: Failure) -> None:
    html = unescape(response.content.decode())
    explanation = EXPLANATIONS[failure]
    for text in (explanation.heading, explanation.what, explanation.advice, response.context["reference"]):
        assert str(text) in html
    assert response.status_code == explanation.status
    assert not SECRETS.search(html)
    assert "no-store" in response["Cache-Control"]


def assert_nobody_came_in(somebody: Person) -> None:
    assert "_auth_user_id" not in somebody.client.session
    assert "assurance" not in somebody.client.session


def test_every_failure_is_explained() -> None:
    assert set(EXPLANATIONS) == set(Failure)


@pytest.mark.parametrize("code", [*BY_PROVIDER_CODE, "invalid_grant", "something_new"])
def test_error_of_the_tenant_is_explained_in_our_words(person: PersonMaker, code: str) -> None:
    nia = person("nia")
    response = come_back_with(nia, error=code, error_description="<b>call 555-0100</b>")
    expected = {"invalid_grant": Failure.MFA_CODE_REJECTED, "something_new": Failure.UNKNOWN}
    assert_explained(response, BY_PROVIDER_CODE.get(code) or expected[code])
    assert "555-0100" not in response.content.decode()
    assert_nobody_came_in(nia)


def test_error_reference_is_logged_with_what_the_tenant_said(
    person: PersonMaker, caplog: pytest.LogCaptureFixture
) -> None:
    response = come_back_with(person("nia"), error="odd\ncode", error_description="d" * 500)
    line = next(record.getMessage() for record in caplog.records if record.name == "accounts.views.failure")
    assert response.context["reference"] in line
    assert r"'odd\ncode'" in line
    assert "d" * 100 not in line


def test_error_without_a_state_of_ours_says_nothing_of_itself(client: Client, db: None) -> None:
    response = client.get("/auth/complete/auth0/", {"error": "server_error", "state": "made-up"})
    assert_explained(response, Failure.NOT_OURS)


def test_error_in_the_callback_changes_no_state(tess: Person) -> None:
    before = dict(tess.client.session)
    leaving = begin(tess)
    during = dict(tess.client.session)
    response = tess.client.get(
        "/auth/complete/auth0/", {"state": state_of(leaving), "error": "access_denied"}
    )
    assert_explained(response, Failure.CANCELLED)
    assert dict(tess.client.session) == during
    assert before["assurance"] == during["assurance"]
    assert tess.come_back(leaving).status_code == 302


def test_cancelled_sign_in_offers_to_try_again(person: PersonMaker) -> None:
    nia = person("nia")
    response = nia.sign_in(to="/step-up/", cancel="login")
    assert_explained(response, Failure.CANCELLED)
    assert_nobody_came_in(nia)
    again = nia.submit(response, to_path="/auth/login/auth0/")
    assert nia.come_back(again)["Location"] == "/step-up/"


@pytest.mark.parametrize(
    "query", [{}, {"code": "x"}, {"code": "x", "state": ""}, {"code": "x", "state": "s" * 500}]
)
def test_callback_without_a_state_of_this_browser_is_refused(
    client: Client, db: None, query: dict[str, str]
) -> None:
    assert_explained(client.get("/auth/complete/auth0/", query), Failure.NOT_OURS)


def test_callback_begun_in_another_browser_is_refused(person: PersonMaker) -> None:
    nia, other = person("nia"), person("nia")
    callback = nia.to_callback(begin(nia))
    assert_explained(other.client.get(callback), Failure.NOT_OURS)
    assert_nobody_came_in(other)


def test_callback_a_second_time_is_refused(person: PersonMaker) -> None:
    nia = person("nia")
    callback = nia.to_callback(begin(nia))
    nia.client.get(callback)
    assert_explained(nia.client.get(callback), Failure.NOT_OURS)


def test_callback_after_the_state_expired_is_refused(person: PersonMaker, elapse: Clock) -> None:
    nia = person("nia")
    callback = nia.to_callback(begin(nia))
    elapse(1801)
    assert_explained(nia.client.get(callback), Failure.NOT_OURS)
    assert_nobody_came_in(nia)


def test_callback_with_a_code_that_expired_is_too_late(person: PersonMaker, elapse: Clock) -> None:
    nia = person("nia")
    callback = nia.to_callback(begin(nia))
    elapse(900)
    assert_explained(nia.client.get(callback), Failure.TOO_LATE)
    assert_nobody_came_in(nia)


@pytest.mark.parametrize(
    ("fault", "failure"),
    [
        ({"set": {"nonce": "another"}}, Failure.NOT_OURS),
        ({"drop": ["nonce"]}, Failure.NOT_OURS),
        ({"set": {"iss": "https://evil.test/"}}, Failure.BAD_TOKEN),
        ({"set": {"aud": "another-client"}}, Failure.BAD_TOKEN),
        ({"set": {"sub": ""}}, Failure.BAD_TOKEN),
        ({"drop": ["sub"]}, Failure.BAD_TOKEN),
        ({"drop": ["iat"]}, Failure.BAD_TOKEN),
        ({"drop": ["exp"]}, Failure.BAD_TOKEN),
        ({"set": {"iat": "now"}}, Failure.BAD_TOKEN),
        ({"key": "unknown"}, Failure.BAD_TOKEN),
        ({"alg": "none"}, Failure.BAD_TOKEN),
        ({"set": {"exp": 1}}, Failure.TOO_LATE),
        ({"set": {"iat": 1}}, Failure.TOO_LATE),
        ({"set": {"auth_time": 1}}, Failure.LOGIN_NOT_FRESH),
    ],
)
def test_token_that_cannot_be_trusted_lets_nobody_in(
    tenant: Tenant, person: PersonMaker, fault: dict[str, Any], failure: Failure
) -> None:
    nia = person("nia")
    tenant.token_fault(**fault)
    assert_explained(nia.sign_in(), failure)
    assert_nobody_came_in(nia)
    assert not User.objects.exists()


def test_tenant_a_little_ahead_is_let_pass_and_far_ahead_is_not(
    tenant: Tenant, person: PersonMaker, elapse: Clock
) -> None:
    tenant.clock(8)
    assert person("nia").sign_in().status_code == 302
    tenant.clock(60)
    assert_explained(person("nia").sign_in(), Failure.CLOCKS_DIFFER)


@pytest.mark.parametrize(
    ("fault", "failure"),
    [
        ({"status": 500, "body": "<html>oops</html>"}, Failure.UNAVAILABLE),
        ({"status": 503}, Failure.UNAVAILABLE),
        ({"status": 429, "headers": {"Retry-After": "5"}}, Failure.UNAVAILABLE),
        ({"status": 200, "body": "<html>not json</html>"}, Failure.NONSENSE),
        ({"status": 200, "body": "[]"}, Failure.NONSENSE),
        ({"status": 200, "body": "{}"}, Failure.BAD_TOKEN),
        ({"status": 200, "body": '{"access_token": "a", "id_token": "not.a.jwt"}'}, Failure.BAD_TOKEN),
        ({"status": 200, "body": '{"access_token": "a", "id_token": {"a": 1}}'}, Failure.BAD_TOKEN),
        ({"status": 401, "body": '{"error": "invalid_client"}'}, Failure.MISCONFIGURED),
        ({"status": 403, "body": '{"error": "mfa_required"}'}, Failure.MFA_REQUIRED),
        ({"drop": True}, Failure.UNREACHABLE),
        ({"delay": 3}, Failure.TIMED_OUT),
    ],
)
def test_token_exchange_that_fails_is_explained(
    tenant: Tenant, person: PersonMaker, settings: Settings, fault: dict[str, Any], failure: Failure
) -> None:
    settings.SOCIAL_AUTH_REQUESTS_TIMEOUT = 1
    nia = person("nia")
    callback = nia.to_callback(begin(nia))
    tenant.fault("POST /oauth/token", **fault)
    assert_explained(nia.client.get(callback), failure)
    assert_nobody_came_in(nia)


@pytest.mark.parametrize(
    ("fault", "failure"),
    [
        ({"status": 500}, Failure.UNAVAILABLE),
        ({"status": 200, "body": "nonsense"}, Failure.NONSENSE),
        ({"status": 200, "body": '{"keys": {}}'}, Failure.NONSENSE),
    ],
)
def test_signing_keys_that_cannot_be_had_are_explained(
    tenant: Tenant, person: PersonMaker, fault: dict[str, Any], failure: Failure
) -> None:
    nia = person("nia")
    callback = nia.to_callback(begin(nia))
    tenant.fault("GET /.well-known/jwks.json", **fault)
    assert_explained(nia.client.get(callback), failure)
    assert_nobody_came_in(nia)


@pytest.mark.parametrize(
    ("body", "failure"),
    [
        ('{"issuer": "https://evil.test/"}', Failure.MISCONFIGURED),
        ("[]", Failure.NONSENSE),
        ("nonsense", Failure.NONSENSE),
    ],
)
def test_discovery_that_points_elsewhere_sends_nobody_there(
    tenant: Tenant, person: PersonMaker, body: str, failure: Failure
) -> None:
    tenant.fault("GET /.well-known/openid-configuration", status=200, body=body)
    assert_explained(begin(person("nia")), failure)


def test_tenant_that_is_down_is_explained_where_it_begins(
    client: Client, db: None, settings: Settings
) -> None:
    settings.AUTH0_DOMAIN = "localhost:9"
    assert_explained(client.post("/auth/login/auth0/"), Failure.UNREACHABLE)


def test_blocked_person_is_told_so_and_may_take_another_account(person: PersonMaker) -> None:
    person("nia").sign_in()
    User.objects.update(is_active=False)
    nia = person("nia")
    response = nia.sign_in()
    assert_explained(response, Failure.BLOCKED)
    assert_nobody_came_in(nia)
    again = nia.submit(response, to_path="/auth/login/auth0/")
    assert parse_qs(urlsplit(again["Location"]).query)["prompt"] == ["login"]


def test_person_blocked_at_the_tenant_is_told_so(tenant: Tenant, person: PersonMaker) -> None:
    account = tenant.add_user(email="bea@example.test", password="demo-Passw0rd!", blocked=True)
    assert_explained(person(account).sign_in(), Failure.BLOCKED)


@pytest.mark.parametrize("claim", [{"set": {"email_verified": False}}, {"drop": ["email_verified"]}])
def test_unverified_email_is_refused_where_the_site_asks_for_it(
    tenant: Tenant, person: PersonMaker, settings: Settings, claim: dict[str, Any]
) -> None:
    tenant.token_fault(**claim)
    assert person("nia").sign_in().status_code == 302
    settings.AUTH0_REQUIRE_VERIFIED_EMAIL = True
    tenant.token_fault(**claim)
    nia = person("nia")
    assert_explained(nia.sign_in(), Failure.EMAIL_UNVERIFIED)
    assert_nobody_came_in(nia)
    assert person("nia").sign_in().status_code == 302


def test_callback_to_an_unknown_key_asks_once_and_then_waits(tenant: Tenant, person: PersonMaker) -> None:
    person("nia").sign_in()
    tenant.exchanges()
    for _ in range(3):
        tenant.token_fault(key="unknown")
        assert_explained(person("nia").sign_in(), Failure.BAD_TOKEN)
    assert len(tenant.exchanges("/.well-known/jwks.json")) == 1


def test_key_rotation_is_noticed_at_the_first_new_token(tenant: Tenant, person: PersonMaker) -> None:
    person("nia").sign_in()
    for _ in range(2):  # one announced ahead, one not
        tenant.rotate_keys()
    assert person("nia").sign_in().status_code == 302


def test_callback_by_post_is_not_allowed(client: Client, db: None) -> None:
    assert client.post(f"/auth/complete/auth0/?{urlencode({'state': 'x'})}").status_code == 405
