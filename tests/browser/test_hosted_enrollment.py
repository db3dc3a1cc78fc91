"""Adding a factor on the tenant's own page, there and back again, and by mail."""

import re
from collections.abc import Callable
from typing import Any

import pyotp
from playwright.sync_api import Page, expect

from tests.support.browser_person import BrowserPerson
from tests.support.tenant import Tenant
from tests.support.virtual_authenticator import VirtualAuthenticator
from tests.support.visit import SECURITY

People = Callable[..., BrowserPerson]


def newest(tenant: Tenant, who: BrowserPerson) -> dict[str, Any]:
    method: dict[str, Any] = tenant.user(who.account)["methods"][-1]
    return method


def test_person_adds_an_app_on_the_tenants_page_and_finds_it_in_the_list(
    page: Page, tenant: Tenant, signed_in: People, site: str
) -> None:
    nia = signed_in("nia")
    nia.open(f"{SECURITY}add/totp/link/")
    page.get_by_role("button", name="Go there now").click()
    expect(page).to_have_url(re.compile(rf"^{tenant.base_url}/"))
    page.locator("[name=code]").fill(pyotp.TOTP(newest(tenant, nia)["secret"]).now())
    page.get_by_role("button", name="Continue", exact=True).click()
    page.get_by_label("I have saved it").check()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="All set")).to_be_visible()
    nia.open(SECURITY)
    expect(page.get_by_role("status").first).to_contain_text("Welcome back")
    expect(page.get_by_role("heading", name="Authenticator app", exact=True)).to_be_visible()


def test_person_adds_a_security_key_on_the_tenants_page(
    page: Page, tenant: Tenant, signed_in: People, security_key: VirtualAuthenticator
) -> None:
    nia = signed_in("nia")
    nia.open(f"{SECURITY}add/webauthn-roaming/")
    page.get_by_role("button", name="Go there now").click()
    page.get_by_label("A name for it").fill("Blue key")
    page.get_by_role("button", name="Continue", exact=True).click()
    page.get_by_label("I have saved it").check()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="All set")).to_be_visible()
    nia.open(SECURITY)
    expect(page.get_by_role("heading", name="Blue key")).to_be_visible()


def test_person_has_the_link_mailed(page: Page, tenant: Tenant, signed_in: People) -> None:
    nia = signed_in("nia")
    nia.open(f"{SECURITY}add/totp/link/")
    page.get_by_role("button", name="E-mail me the link").click()
    expect(page.get_by_role("status").first).to_contain_text("on its way to nia@example.test")
    assert [message["to"] for message in tenant.messages()] == ["nia@example.test"]
