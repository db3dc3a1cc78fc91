"""Continue with Google: the other subject, the list, the refusal."""

from tests.support.application import Application, answer_of
from tests.support.tenant import Tenant
from tests.support.tenant_pages import Page, TenantBrowser


def google_page(visitor: TenantBrowser, application: Application) -> Page:
    page = visitor.open(application.authorize_url())
    assert isinstance(page, Page)
    found = visitor.submit(next(form for form in page.forms if form.action.endswith("/u/google")))
    assert isinstance(found, Page)
    return found


def test_google_account_signs_in_under_its_own_subject(
    tenant: Tenant, visitor: TenantBrowser, application: Application
) -> None:
    page = google_page(visitor, application)
    answer = answer_of(visitor.submit(page.form(tenant["gus"].sub), tenant["gus"].sub))
    claims = application.claims(application.trade(answer["code"]).json()["id_token"])
    assert claims["sub"] == tenant["gus"].sub
    assert claims["sub"].startswith("google-oauth2|")
    assert claims["email"] == "gus@example.test"


def test_google_lists_its_own_accounts_only(
    tenant: Tenant, visitor: TenantBrowser, application: Application
) -> None:
    tenant.add_user(email="nia@example.test", connection="google-oauth2", name="Nia at Google")
    page = google_page(visitor, application)
    assert "Nia at Google" in page.html
    assert tenant["nia"].sub not in page.html


def test_database_account_cannot_be_chosen_at_google(
    tenant: Tenant, visitor: TenantBrowser, application: Application
) -> None:
    form = google_page(visitor, application).form("account")
    state = form.fields["state"]
    answer = visitor.http.post(
        form.action, data={"state": state, "account": tenant["nia"].sub}, timeout=5, allow_redirects=False
    )
    assert answer.headers["Location"].startswith("/u/google")


def test_declining_to_share_returns_to_the_application(
    visitor: TenantBrowser, application: Application
) -> None:
    page = google_page(visitor, application)
    assert answer_of(visitor.submit(page.form("decline"), "decline"))["error"] == "access_denied"


def test_same_address_by_password_and_by_google_are_two_people(
    tenant: Tenant, visitor: TenantBrowser, application: Application
) -> None:
    social = tenant.add_user(email="nia@example.test", connection="google-oauth2")
    assert social.sub != tenant["nia"].sub
    assert application.id_claims(visitor, "nia@example.test")["sub"] == tenant["nia"].sub
