"""/authorize: whom it answers, how, and when it asks for a login."""

from urllib.parse import parse_qsl

import pytest
import requests

from tests.support.application import CALLBACK, Application, answer_of
from tests.support.tenant import Tenant
from tests.support.tenant_pages import Page, Returned, TenantBrowser

NIA, TESS = "nia@example.test", "tess@example.test"


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"client_id": None}, 400),
        ({"client_id": "stranger"}, 400),
        ({"redirect_uri": None}, 400),
        ({"redirect_uri": "https://evil.example/auth/complete/auth0/"}, 403),
        ({"redirect_uri": f"{CALLBACK}?next=/"}, 403),
        ({"redirect_uri": f"{CALLBACK}more"}, 403),
        ({"redirect_uri": "http://someone@localhost:8000/auth/complete/auth0/"}, 403),
    ],
)
def test_authorize_from_an_untrusted_application_shows_a_page(
    visitor: TenantBrowser, application: Application, changes: dict[str, str | None], status: int
) -> None:
    page = visitor.open(application.authorize_url(**changes))
    assert isinstance(page, Page)
    assert page.status == status
    assert "Something went wrong" in page.html


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": None}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"prompt": "dance"}, "invalid_request"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"max_age": "-1"}, "invalid_request"),
        ({"code_challenge_method": "S512"}, "invalid_request"),
        ({"code_challenge": None}, "invalid_request"),
        ({"connection": "facebook"}, "invalid_request"),
        ({"audience": "https://unknown.example/"}, "access_denied"),
    ],
)
def test_authorize_with_a_bad_parameter_goes_back_with_the_error(
    visitor: TenantBrowser, application: Application, changes: dict[str, str | None], error: str
) -> None:
    answer = answer_of(visitor.open(application.authorize_url(**changes)))
    assert answer["error"] == error
    assert answer["error_description"]
    assert answer["state"] == "state-1"


def test_authorize_by_post_is_answered(tenant: Tenant, application: Application) -> None:
    url, _, query = application.authorize_url().partition("?")
    response = requests.post(url, data=dict(parse_qsl(query)), timeout=5, allow_redirects=False)
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/u/login?state=")


def test_callback_on_another_loopback_port_is_accepted_when_the_tenant_was_told_so(
    visitor: TenantBrowser, application: Application
) -> None:
    page = visitor.open(application.authorize_url(redirect_uri="http://127.0.0.1:5/auth/complete/auth0/"))
    assert isinstance(page, Page)
    assert page.path == "/u/login"


def test_silent_request_without_a_session_needs_a_login(
    visitor: TenantBrowser, application: Application
) -> None:
    answer = answer_of(visitor.open(application.authorize_url(prompt="none")))
    assert answer["error"] == "login_required"


def test_silent_request_with_a_session_gets_a_code(visitor: TenantBrowser, application: Application) -> None:
    application.sign_in(visitor, NIA)
    answer = answer_of(visitor.open(application.authorize_url(prompt="none")))
    assert set(answer) == {"code", "state"}


def test_silent_request_that_needs_a_second_factor_needs_interaction(
    tenant: Tenant, visitor: TenantBrowser, application: Application
) -> None:
    application.sign_in(visitor, TESS)
    tenant.set_settings(policies=["all-applications"])
    answer = answer_of(visitor.open(application.authorize_url(prompt="none")))
    assert answer["error"] == "interaction_required"


def test_silent_request_for_my_account_without_recent_mfa_is_told_so(
    tenant: Tenant, visitor: TenantBrowser, application: Application
) -> None:
    application.sign_in(visitor, TESS)
    tenant.set_settings(default_policy=True)
    url = application.authorize_url(prompt="none", audience=f"{tenant.base_url}/me/")
    assert answer_of(visitor.open(url))["error"] == "unmet_authentication_requirements"


def test_session_is_shared_by_the_next_request(visitor: TenantBrowser, application: Application) -> None:
    application.sign_in(visitor, NIA)
    assert isinstance(visitor.open(application.authorize_url()), Returned)


@pytest.mark.parametrize("prompt", ["login", "select_account"])
def test_prompt_asks_again_in_spite_of_a_session(
    visitor: TenantBrowser, application: Application, prompt: str
) -> None:
    application.sign_in(visitor, NIA)
    page = visitor.open(application.authorize_url(prompt=prompt))
    assert isinstance(page, Page)
    assert page.path == "/u/login"


def test_max_age_asks_again_only_once_it_has_passed(
    tenant: Tenant, visitor: TenantBrowser, application: Application
) -> None:
    application.sign_in(visitor, NIA)
    assert isinstance(visitor.open(application.authorize_url(max_age="600")), Returned)
    tenant.clock(601)
    assert isinstance(visitor.open(application.authorize_url(max_age="600")), Page)
    silent = answer_of(visitor.open(application.authorize_url(max_age="600", prompt="none")))
    assert silent["error"] == "login_required"


def test_max_age_zero_always_asks_again(visitor: TenantBrowser, application: Application) -> None:
    application.sign_in(visitor, NIA)
    assert isinstance(visitor.open(application.authorize_url(max_age="0")), Page)


def test_session_ends_after_three_idle_days(
    tenant: Tenant, visitor: TenantBrowser, application: Application
) -> None:
    application.sign_in(visitor, NIA)
    tenant.clock(3 * 86400 + 1)
    assert isinstance(visitor.open(application.authorize_url()), Page)


def test_connection_leads_straight_to_google(visitor: TenantBrowser, application: Application) -> None:
    page = visitor.open(application.authorize_url(connection="google-oauth2"))
    assert isinstance(page, Page)
    assert page.path == "/u/google"


def test_session_of_another_connection_does_not_serve(
    visitor: TenantBrowser, application: Application
) -> None:
    application.sign_in(visitor, NIA)
    page = visitor.open(application.authorize_url(connection="google-oauth2"))
    assert isinstance(page, Page)
    assert page.path == "/u/google"


def test_my_account_audience_needs_a_user_grant(
    tenant: Tenant, visitor: TenantBrowser, application: Application
) -> None:
    tenant.control("clients", {"client_id": "demo-web", "user_grants": {}})
    answer = answer_of(visitor.open(application.authorize_url(audience=f"{tenant.base_url}/me/")))
    assert answer["error"] == "access_denied"


def test_blocked_person_with_a_session_is_refused(
    tenant: Tenant, visitor: TenantBrowser, application: Application
) -> None:
    application.sign_in(visitor, NIA)
    tenant.add_user(email=NIA, blocked=True)
    answer = answer_of(visitor.open(application.authorize_url()))
    assert (answer["error"], answer["error_description"]) == ("unauthorized", "user is blocked")
