"""Ending the single-sign-on session: at once, or after asking."""

from tests.support.application import Application, answer_of
from tests.support.tenant import Tenant
from tests.support.tenant_pages import Page, Returned, TenantBrowser

NIA = "nia@example.test"
HOME = "http://localhost:8000/"


def is_signed_in(visitor: TenantBrowser, application: Application) -> bool:
    return "code" in answer_of(visitor.open(application.authorize_url(prompt="none")))


def test_plain_logout_ends_the_session_and_returns(visitor: TenantBrowser, application: Application) -> None:
    application.sign_in(visitor, NIA)
    assert visitor.open(f"/v2/logout?client_id=demo-web&returnTo={HOME}") == Returned(HOME)
    assert not is_signed_in(visitor, application)


def test_plain_logout_without_a_target_takes_the_first_allowed_one(visitor: TenantBrowser) -> None:
    assert visitor.open("/v2/logout?client_id=demo-web") == Returned(HOME)


def test_plain_logout_ignores_the_query_of_the_target(visitor: TenantBrowser) -> None:
    target = f"{HOME}?signed-out=1"
    assert visitor.open(f"/v2/logout?client_id=demo-web&returnTo={target}") == Returned(target)


def test_logout_to_an_unknown_address_is_refused_and_ends_nothing(
    visitor: TenantBrowser, application: Application
) -> None:
    application.sign_in(visitor, NIA)
    for target in (
        "https://evil.example/",
        "http://localhost:8000/elsewhere",
        "http://localhost.evil.example/",
    ):
        page = visitor.open(f"/v2/logout?client_id=demo-web&returnTo={target}")
        assert isinstance(page, Page)
        assert page.status == 400
    assert is_signed_in(visitor, application)


def test_logout_with_an_id_token_asks_nothing(visitor: TenantBrowser, application: Application) -> None:
    token = application.tokens(visitor, NIA)["id_token"]
    url = f"/oidc/logout?id_token_hint={token}&post_logout_redirect_uri={HOME}&state=s2"
    assert visitor.open(url) == Returned(f"{HOME}?state=s2")
    assert not is_signed_in(visitor, application)


def test_logout_hint_is_the_session_id(visitor: TenantBrowser, application: Application) -> None:
    sid = application.id_claims(visitor, NIA)["sid"]
    url = f"/oidc/logout?client_id=demo-web&logout_hint={sid}&post_logout_redirect_uri={HOME}"
    assert visitor.open(url) == Returned(HOME)


def test_expired_id_token_is_hint_enough(
    tenant: Tenant, visitor: TenantBrowser, application: Application
) -> None:
    token = application.tokens(visitor, NIA)["id_token"]
    tenant.clock(36001)
    assert visitor.open(f"/oidc/logout?id_token_hint={token}&post_logout_redirect_uri={HOME}") == Returned(
        HOME
    )


def test_logout_without_a_hint_asks_first(visitor: TenantBrowser, application: Application) -> None:
    application.sign_in(visitor, NIA)
    page = visitor.open(f"/oidc/logout?client_id=demo-web&post_logout_redirect_uri={HOME}")
    assert isinstance(page, Page)
    visitor.submit(page.form("decline"), "decline")
    assert is_signed_in(visitor, application)
    assert visitor.submit(page.form("accept"), "accept") == Returned(HOME)
    assert not is_signed_in(visitor, application)


def test_hints_that_contradict_each_other_are_refused(
    visitor: TenantBrowser, application: Application
) -> None:
    token = application.tokens(visitor, NIA)["id_token"]
    for wrong in ("client_id=demo-management", "logout_hint=somebody-elses"):
        page = visitor.open(f"/oidc/logout?id_token_hint={token}&{wrong}")
        assert isinstance(page, Page)
        assert page.status == 400
    page = visitor.open(f"/oidc/logout?id_token_hint={token[:-8]}AAAAAAAA")
    assert isinstance(page, Page)
    assert page.status == 400
