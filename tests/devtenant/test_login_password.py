"""Universal Login's first page: who may sign in, what is said when not, and whose browser it is."""

import pytest

from tests.support.application import Application, answer_of
from tests.support.tenant import Tenant
from tests.support.tenant_pages import Page, Returned, TenantBrowser

NIA, TESS = "nia@example.test", "tess@example.test"
PASSWORD = "demo-Passw0rd!"


def login_page(visitor: TenantBrowser, application: Application, **parameters: str | None) -> Page:
    page = visitor.open(application.authorize_url(**parameters))
    assert isinstance(page, Page)
    return page


def attempt(visitor: TenantBrowser, page: Page, email: str, password: str) -> Page:
    answer = visitor.submit(page.form("password"), email=email, password=password)
    assert isinstance(answer, Page)
    return answer


def test_login_hint_fills_the_address_in(visitor: TenantBrowser, application: Application) -> None:
    page = login_page(visitor, application, login_hint=TESS)
    assert page.form("password").fields["email"] == TESS


def test_address_is_compared_without_case(visitor: TenantBrowser, application: Application) -> None:
    page = login_page(visitor, application)
    answer = visitor.submit(page.form("password"), email=" Nia@Example.TEST ", password=PASSWORD)
    assert "code" in answer_of(answer)


@pytest.mark.parametrize("email", [NIA, "nobody@example.test", "gus@example.test", ""])
def test_wrong_password_and_unknown_person_read_the_same(
    visitor: TenantBrowser, application: Application, email: str
) -> None:
    answer = attempt(visitor, login_page(visitor, application), email, "wrong")
    assert answer.status == 400
    assert "Wrong email or password." in answer.html
    assert answer.form("password").fields.get("password", "") == ""


def test_person_can_try_again_after_a_wrong_password(
    visitor: TenantBrowser, application: Application
) -> None:
    answer = attempt(visitor, login_page(visitor, application), NIA, "wrong")
    assert answer.form("password").fields["email"] == NIA
    assert "code" in answer_of(visitor.submit(answer.form("password"), password=PASSWORD))


def test_ten_failures_block_the_account_even_for_the_right_password(
    visitor: TenantBrowser, application: Application
) -> None:
    page = login_page(visitor, application)
    assert [attempt(visitor, page, NIA, "wrong").status for _ in range(10)] == [400] * 10
    blocked = attempt(visitor, page, NIA, PASSWORD)
    assert blocked.status == 429
    assert "has been blocked" in blocked.html
    assert "code" in answer_of(
        visitor.submit(page.form("password"), email="pat@example.test", password=PASSWORD)
    )


def test_success_forgets_earlier_failures(visitor: TenantBrowser, application: Application) -> None:
    for _ in range(2):
        page = login_page(visitor, application, prompt="login")
        for _ in range(9):
            attempt(visitor, page, NIA, "wrong")
        assert "code" in answer_of(visitor.submit(page.form("password"), email=NIA, password=PASSWORD))


def test_blocked_person_is_sent_back_with_the_reason(
    tenant: Tenant, visitor: TenantBrowser, application: Application
) -> None:
    tenant.add_user(email=NIA, blocked=True)
    answer = application.sign_in(visitor, NIA)
    assert (answer["error"], answer["error_description"]) == ("unauthorized", "user is blocked")
    assert answer_of(visitor.open(application.authorize_url(prompt="none")))["error"] == "login_required"


def test_unverified_address_is_refused_where_the_tenant_demands_one(
    tenant: Tenant, visitor: TenantBrowser, application: Application
) -> None:
    tenant.add_user(email=NIA, email_verified=False)
    assert "code" in application.sign_in(visitor, NIA)
    tenant.set_settings(require_verified_email=True)
    answer = application.sign_in(TenantBrowser(tenant.base_url), NIA)
    assert answer["error"] == "access_denied"
    assert "verify your email" in answer["error_description"]


def test_cancel_returns_to_the_application(visitor: TenantBrowser, application: Application) -> None:
    page = login_page(visitor, application)
    answer = answer_of(visitor.submit(page.form("cancel"), "cancel"))
    assert (answer["error"], answer["state"]) == ("access_denied", "state-1")


def test_login_belongs_to_the_browser_that_began_it(
    tenant: Tenant, visitor: TenantBrowser, application: Application
) -> None:
    page = login_page(visitor, application)
    stranger = TenantBrowser(tenant.base_url)
    taken = stranger.open(page.url)
    assert isinstance(taken, Page)
    assert taken.status == 400
    assert attempt(stranger, page, NIA, PASSWORD).status == 400


def test_finished_login_cannot_be_sent_again(visitor: TenantBrowser, application: Application) -> None:
    page = login_page(visitor, application)
    visitor.submit(page.form("password"), email=NIA, password=PASSWORD)
    assert attempt(visitor, page, NIA, PASSWORD).status == 400


def test_login_expires_after_an_hour(
    tenant: Tenant, visitor: TenantBrowser, application: Application
) -> None:
    page = login_page(visitor, application)
    tenant.clock(3601)
    assert attempt(visitor, page, NIA, PASSWORD).status == 400


def test_second_sign_in_of_the_same_person_keeps_the_session(
    visitor: TenantBrowser, application: Application
) -> None:
    first = application.id_claims(visitor, NIA)
    assert application.id_claims(visitor, NIA, prompt="login")["sid"] == first["sid"]


def test_sign_in_of_somebody_else_ends_the_first_session(
    tenant: Tenant, visitor: TenantBrowser, application: Application
) -> None:
    first = application.id_claims(visitor, NIA)
    second = application.id_claims(visitor, TESS, prompt="login")
    assert (second["sub"], second["sid"] != first["sid"]) == (tenant["tess"].sub, True)
    logout = visitor.open(f"/oidc/logout?client_id=demo-web&logout_hint={first['sid']}")
    assert isinstance(logout, Page)
    assert "Sign out?" in logout.html, "the old session must not be the current one"


def test_consent_is_asked_when_prompted_and_may_be_declined(
    visitor: TenantBrowser, application: Application
) -> None:
    application.sign_in(visitor, NIA)
    page = login_page(visitor, application, prompt="consent")
    assert page.path == "/u/consent"
    assert answer_of(visitor.submit(page.form("decline"), "decline"))["error"] == "access_denied"
    page = login_page(visitor, application, prompt="consent")
    assert "code" in answer_of(visitor.submit(page.form("accept"), "accept"))


def test_consent_skips_no_second_factor(
    tenant: Tenant, visitor: TenantBrowser, application: Application
) -> None:
    application.sign_in(visitor, TESS)
    tenant.set_settings(policies=["all-applications"])
    page = login_page(visitor, application, prompt="consent", max_age="0")
    challenge = visitor.submit(page.form("password"), email=TESS, password=PASSWORD)
    assert isinstance(challenge, Page)
    state = challenge.url.partition("state=")[2]
    forged = visitor.open(f"/u/consent?state={state}")
    assert isinstance(forged, Page)
    answer = visitor.submit(forged.form("accept"), "accept")
    assert not isinstance(answer, Returned)


def test_pages_are_never_stored_and_allow_no_foreign_script(
    tenant: Tenant, visitor: TenantBrowser, application: Application
) -> None:
    answer = visitor.http.get(application.authorize_url(), timeout=5)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "<script" not in answer.text
    assert " style=" not in answer.text


def test_cookies_are_hidden_from_scripts_and_named_for_the_tenant(
    visitor: TenantBrowser, application: Application
) -> None:
    application.sign_in(visitor, NIA)
    for cookie in visitor.http.cookies:
        assert cookie.name.startswith("devtenant_")
        assert cookie.has_nonstandard_attr("HttpOnly")
        assert cookie.get_nonstandard_attr("SameSite") == "Lax"


def test_forged_session_cookie_signs_nobody_in(
    tenant: Tenant, visitor: TenantBrowser, application: Application
) -> None:
    sid = application.id_claims(visitor, NIA)["sid"]
    forger = TenantBrowser(tenant.base_url)
    forger.http.cookies.set("devtenant_session", f"{sid}.guess")
    assert answer_of(forger.open(application.authorize_url(prompt="none")))["error"] == "login_required"
