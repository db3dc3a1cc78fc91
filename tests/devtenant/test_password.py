"""A forgotten password: who is sent a link, what it takes, and what it ends."""

import re

import pytest
import requests

from tests.support.application import Application, answer_of
from tests.support.tenant import Tenant
from tests.support.tenant_pages import Page, TenantBrowser

NIA, NEW = "nia@example.test", "quite-Another-1"
DATABASE = "Username-Password-Authentication"


def ask(tenant: Tenant, email: str = NIA, **changed: str) -> requests.Response:
    order = {"client_id": tenant.clients["web"]["client_id"], "email": email, "connection": DATABASE}
    url = f"{tenant.base_url}/dbconnections/change_password"
    return requests.post(url, json=order | changed, timeout=10)


def link(tenant: Tenant) -> str:
    found = re.search(r"https?://\S+", tenant.messages()[-1]["text"])
    assert found
    return found[0]


def choose(visitor: TenantBrowser, page: str, password: str, again: str | None = None) -> Page:
    opened = visitor.open(page)
    assert isinstance(opened, Page)
    answer = visitor.submit(opened.form("password"), password=password, again=again or password)
    assert isinstance(answer, Page)
    return answer


def signs_in(visitor: TenantBrowser, application: Application, password: str) -> bool:
    page = visitor.open(application.authorize_url(prompt="login"))
    assert isinstance(page, Page)
    answer = visitor.submit(page.form("password"), email=NIA, password=password)
    return not isinstance(answer, Page) and "code" in answer_of(answer)


def test_link_changes_the_password(tenant: Tenant, visitor: TenantBrowser, application: Application) -> None:
    answer = ask(tenant)
    assert (answer.status_code, answer.text) == (200, "We've just sent you an email to reset your password.")
    assert "sign in with your new password" in choose(visitor, link(tenant), NEW).html
    assert not signs_in(visitor, application, "demo-Passw0rd!")
    assert signs_in(visitor, application, NEW)


def test_address_that_nobody_has_is_answered_alike_and_sent_nothing(tenant: Tenant) -> None:
    assert ask(tenant, "nobody@example.test").text == ask(tenant, "gus@example.test").text == ask(tenant).text
    assert [message["to"] for message in tenant.messages()] == [NIA]


@pytest.mark.parametrize("changed", [{"client_id": "nobody"}, {"email": ""}, {"connection": "google-oauth2"}])
def test_order_that_makes_no_sense_is_refused(tenant: Tenant, changed: dict[str, str]) -> None:
    assert ask(tenant, **changed).status_code == 400
    assert tenant.messages() == []


@pytest.mark.parametrize(
    ("password", "again", "said"),
    [("short-A1", "", "differ"), ("aA1", "aA1", "8 characters"), ("longbutplain", "longbutplain", "sorts")],
)
def test_weak_or_mistyped_password_is_not_taken(
    tenant: Tenant, visitor: TenantBrowser, application: Application, password: str, again: str, said: str
) -> None:
    ask(tenant)
    assert said in choose(visitor, link(tenant), password, again or "else").html
    assert signs_in(visitor, application, "demo-Passw0rd!")


def test_link_works_once_and_for_five_days(tenant: Tenant, visitor: TenantBrowser) -> None:
    ask(tenant)
    used = link(tenant)
    choose(visitor, used, NEW)
    ask(tenant)
    late = link(tenant)
    tenant.clock(5 * 86400)
    for each in (used, late, f"{tenant.base_url}/u/reset-password"):
        page = visitor.open(each)
        assert isinstance(page, Page)
        assert page.status == 400
        assert "used already, or is too old" in page.html


def test_change_signs_out_everybody_with_the_old_password(
    tenant: Tenant, visitor: TenantBrowser, application: Application
) -> None:
    assert signs_in(visitor, application, "demo-Passw0rd!")
    ask(tenant)
    choose(TenantBrowser(tenant.base_url), link(tenant), NEW)
    assert isinstance(visitor.open(application.authorize_url()), Page)
