"""Every way a sign-in can fail: the page, its status, and that nothing else happened."""

from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.test import Client
from pytest_django import Settings
from social_django.models import UserSocialAuth

from accounts.login.error_pages import LOGIN_ERROR_PAGES
from accounts.login.errors import BY_PROVIDER_CODE, LoginErrorCode
from mfaproject.users.models import User
from tests.accounts.conftest import PersonMaker, Response
from tests.accounts.steps import (
    assert_explained,
    assert_nobody_came_in,
    begin_sign_in,
    state_of,
)
from tests.support.clock import Clock
from tests.support.person import Person
from tests.support.tenant import Tenant


def come_back_with(somebody: Person, **answer: str) -> Response:
    return somebody.client.get(
        "/auth/complete/auth0/", {"state": state_of(begin_sign_in(somebody)), **answer}
    )


def test_every_failure_is_explained() -> None:
    assert set(LOGIN_ERROR_PAGES) == set(LoginErrorCode)


@pytest.mark.parametrize("code", [*BY_PROVIDER_CODE, "invalid_grant", "something_new"])
def test_error_of_the_tenant_is_explained_in_our_words(person: PersonMaker, code: str) -> None:
    nia = person("nia")
    response = come_back_with(nia, error=code, error_description="<b>call 555-0100</b>")
    expected = {"invalid_grant": LoginErrorCode.MFA_CODE_REJECTED, "something_new": LoginErrorCode.UNKNOWN}
    assert_explained(response, BY_PROVIDER_CODE.get(code) or expected[code])
    assert "555-0100" not in response.content.decode()
    assert_nobody_came_in(nia)


def test_error_reference_is_logged_with_what_the_tenant_said(
    person: PersonMaker, caplog: pytest.LogCaptureFixture
) -> None:
    response = come_back_with(person("nia"), error="odd\ncode", error_description="d" * 500)
    line = next(
        record.getMessage() for record in caplog.records if record.name == "accounts.views.error_page"
    )
    assert response.context["reference"] in line
    assert r"'odd\ncode'" in line
    assert "d" * 100 not in line


def test_error_without_a_state_of_ours_says_nothing_of_itself(client: Client, db: None) -> None:
    response = client.get("/auth/complete/auth0/", {"error": "server_error", "state": "made-up"})
    assert_explained(response, LoginErrorCode.NOT_OURS)


def test_error_in_the_callback_changes_no_session_and_ends_its_own_request(tess: Person) -> None:
    before = dict(tess.client.session)
    leaving = begin_sign_in(tess)
    during = dict(tess.client.session)
    response = tess.client.get(
        "/auth/complete/auth0/", {"state": state_of(leaving), "error": "access_denied"}
    )
    assert_explained(response, LoginErrorCode.CANCELLED)
    assert dict(tess.client.session) == during
    assert before["accounts_assurance"] == during["accounts_assurance"]
    assert_explained(tess.come_back(leaving), LoginErrorCode.NOT_OURS)


@pytest.mark.parametrize("begun_by", ["nobody", "another browser"])
def test_error_under_a_state_of_others_ends_no_request(person: PersonMaker, begun_by: str) -> None:
    nia, gus = person("nia"), person("gus")
    own, other = begin_sign_in(nia), begin_sign_in(gus)
    state = state_of(other) if begun_by == "another browser" else "made-up"
    answer = nia.client.get("/auth/complete/auth0/", {"state": state, "error": "access_denied"})
    assert_explained(answer, LoginErrorCode.NOT_OURS)
    assert nia.come_back(own).status_code == 302
    assert gus.come_back(other).status_code == 302


def test_cancelled_sign_in_offers_to_try_again(person: PersonMaker) -> None:
    nia = person("nia")
    response = nia.sign_in(to="/step-up/", cancel="login")
    assert_explained(response, LoginErrorCode.CANCELLED)
    assert_nobody_came_in(nia)
    again = nia.submit(response, to_path="/auth/login/auth0/")
    assert nia.come_back(again)["Location"] == "/step-up/"


@pytest.mark.parametrize(
    "query", [{}, {"code": "x"}, {"code": "x", "state": ""}, {"code": "x", "state": "s" * 500}]
)
def test_callback_without_a_state_of_this_browser_is_refused(
    client: Client, db: None, query: dict[str, str]
) -> None:
    assert_explained(client.get("/auth/complete/auth0/", query), LoginErrorCode.NOT_OURS)


def test_callback_begun_in_another_browser_is_refused(person: PersonMaker) -> None:
    nia, other = person("nia"), person("nia")
    callback = nia.to_callback(begin_sign_in(nia))
    assert_explained(other.client.get(callback), LoginErrorCode.NOT_OURS)
    assert_nobody_came_in(other)


def test_callback_a_second_time_goes_on_while_signed_in_and_is_refused_after(
    tenant: Tenant, person: PersonMaker
) -> None:
    nia = person("nia")
    callbacks = [nia.to_callback(begin_sign_in(nia)) for _ in range(2)]
    for callback in callbacks:
        nia.client.get(callback)
    tenant.exchanges()
    for callback in callbacks:
        assert nia.client.get(callback)["Location"] == "/account/security/"
    assert tenant.exchanges() == []
    nia.client.post("/logout/")
    assert_explained(nia.client.get(callbacks[0]), LoginErrorCode.NOT_OURS)
    assert_nobody_came_in(nia)


def test_callback_opened_again_in_another_signed_in_browser_is_refused(
    person: PersonMaker, tess: Person
) -> None:
    nia = person("nia")
    callback = nia.to_callback(begin_sign_in(nia))
    nia.client.get(callback)
    assert_explained(tess.client.get(callback), LoginErrorCode.NOT_OURS)


def test_callback_after_the_state_expired_is_refused(person: PersonMaker, elapse: Clock) -> None:
    nia = person("nia")
    callback = nia.to_callback(begin_sign_in(nia))
    elapse(1801)
    assert_explained(nia.client.get(callback), LoginErrorCode.NOT_OURS)
    assert_nobody_came_in(nia)


def test_callback_with_a_code_that_expired_is_too_late(person: PersonMaker, elapse: Clock) -> None:
    nia = person("nia")
    callback = nia.to_callback(begin_sign_in(nia))
    elapse(900)
    assert_explained(nia.client.get(callback), LoginErrorCode.TOO_LATE)
    assert_nobody_came_in(nia)


def test_blocked_person_is_told_so_and_may_take_another_account(person: PersonMaker) -> None:
    person("nia").sign_in()
    User.objects.update(is_active=False)
    nia = person("nia")
    response = nia.sign_in()
    assert_explained(response, LoginErrorCode.BLOCKED)
    assert_nobody_came_in(nia)
    again = nia.submit(response, to_path="/auth/login/auth0/")
    assert parse_qs(urlsplit(again["Location"]).query)["prompt"] == ["login"]


def test_person_blocked_at_the_tenant_is_told_so(tenant: Tenant, person: PersonMaker) -> None:
    account = tenant.add_user(email="bea@example.test", password="demo-Passw0rd!", blocked=True)
    assert_explained(person(account).sign_in(), LoginErrorCode.BLOCKED)


@pytest.mark.parametrize("claim", [{"set": {"email_verified": False}}, {"drop": ["email_verified"]}])
def test_unverified_email_is_refused_where_the_site_asks_for_it(
    tenant: Tenant, person: PersonMaker, settings: Settings, claim: dict[str, Any]
) -> None:
    tenant.token_fault(**claim)
    assert person("nia").sign_in().status_code == 302
    settings.AUTH0_REQUIRE_VERIFIED_EMAIL = True
    tenant.token_fault(**claim)
    nia = person("nia")
    assert_explained(nia.sign_in(), LoginErrorCode.EMAIL_UNVERIFIED)
    assert_nobody_came_in(nia)
    assert person("nia").sign_in().status_code == 302


def test_callback_by_post_is_not_allowed(client: Client, db: None) -> None:
    assert client.post(f"/auth/complete/auth0/?{urlencode({'state': 'x'})}").status_code == 405


def test_identity_that_the_site_has_a_row_for_signs_its_user_in(tenant: Tenant, person: PersonMaker) -> None:
    known = User.objects.create(username="known")
    UserSocialAuth.objects.create(user=known, provider="auth0", uid=tenant["nia"].sub)
    nia = person("nia")
    nia.sign_in()
    assert nia.client.session["_auth_user_id"] == str(known.pk)
    assert User.objects.count() == 1
