"""With JavaScript off, everything about the factors that somebody has works as well."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.browser_person import BrowserPerson
from tests.support.console import Console
from tests.support.tenant import Tenant
from tests.support.visit import SECURITY

People = Callable[..., BrowserPerson]


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page on which no script runs."""
    console = Console()
    with browser.new_context(java_script_enabled=False) as context:
        context.set_default_timeout(10_000)
        context.on("page", console.watch)
        yield context.new_page()
    assert console.complaints == []


def test_person_signs_in_and_out_without_javascript(page: Page, at_browser: People, site: str) -> None:
    tess = at_browser("tess")
    tess.sign_in()
    page.locator("[data-menu] summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(f"{site}/")
    tess.open(SECURITY)
    expect(page.get_by_role("button", name="Continue to sign in")).to_be_visible()


def test_factor_is_renamed_without_javascript(page: Page, signed_in: People) -> None:
    tess = signed_in("tess")
    tess.open(f"{SECURITY}totp%7Cdev_tess_totp/rename/")
    tess.step_up()
    page.get_by_role("textbox").fill("Pixel")
    page.get_by_role("button", name="Save the name").click()
    expect(page.get_by_role("heading", name="Pixel")).to_be_visible()


def test_factor_is_removed_without_javascript(page: Page, tenant: Tenant, signed_in: People) -> None:
    tess = signed_in("tess")
    tess.open(f"{SECURITY}totp%7Cdev_tess_totp/remove/")
    tess.step_up()
    page.get_by_role("button", name="Remove it").click()
    expect(page.get_by_role("status").first).to_contain_text("Removed")
    assert "totp" not in [method["type"] for method in tenant.user(tess.account)["methods"]]


def test_recovery_code_is_made_without_javascript_and_without_buttons_that_do_nothing(
    page: Page, tenant: Tenant, signed_in: People
) -> None:
    tess = signed_in("tess", mfa=True)
    tess.open(f"{SECURITY}recovery-code/")
    page.get_by_role("button", name="Replace my code").click()
    shown = re.sub(r"\W", "", page.locator("[data-code]").inner_text())
    assert shown == tenant.user(tess.account)["recovery_code"]
    for needs_a_script in ("Copy", "Download", "Print"):
        expect(page.get_by_role("button", name=needs_a_script)).to_have_count(0)
    page.get_by_role("button", name="I have saved it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Account security")


def test_link_to_add_a_factor_is_mailed_without_javascript(
    page: Page, tenant: Tenant, signed_in: People
) -> None:
    nia = signed_in("nia")
    nia.open(f"{SECURITY}add/totp/link/")
    page.get_by_role("button", name="E-mail me the link").click()
    expect(page.get_by_role("status").first).to_contain_text("on its way")
    assert len(tenant.messages()) == 1


def test_support_acts_without_javascript(page: Page, tenant: Tenant, signed_in: People) -> None:
    signed_in("tess")
    page.context.clear_cookies()
    sol = signed_in("sol", mfa=True)
    sol.open("/admin/users/user/")
    page.get_by_role("row").filter(has_text="tess@").get_by_role("link", name="Open").click()
    page.get_by_role("link", name=re.compile("Remove.*Phone app")).click()
    page.get_by_label("Reason").fill("She called from the number on file")
    page.get_by_role("button", name="Remove it").click()
    expect(page).to_have_url(re.compile("/security/$"))
    assert "totp" not in [method["type"] for method in tenant.user(tenant["tess"])["methods"]]
