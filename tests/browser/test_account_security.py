"""The account security page and its errands at a browser, each through a step-up."""

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.support.browser_person import BrowserPerson
from tests.support.console import Console
from tests.support.tenant import Tenant

AtBrowser = Callable[..., BrowserPerson]
SECURITY = "/account/security/"


def row(page: Page, title: str) -> Locator:
    """The row of the factor with that title."""
    return page.get_by_role("listitem").filter(has=page.get_by_role("heading", name=title))


def proved(who: BrowserPerson) -> None:
    """Pass the step-up page that has come up."""
    expect(who.page.get_by_role("heading", level=1)).to_have_text("Confirm it is you")
    who.step_up()


def test_person_renames_a_factor(page: Page, tenant: Tenant, at_browser: AtBrowser) -> None:
    tess = at_browser("tess")
    tess.sign_in()
    row(page, "Phone app").get_by_role("link", name="Rename").click()
    proved(tess)
    page.get_by_role("textbox").fill("Pixel at home")
    page.get_by_role("button", name="Save the name").click()
    expect(row(page, "Pixel at home")).to_be_visible()
    assert "Pixel at home" in [method["name"] for method in tenant.user(tess.account)["methods"]]


def test_person_removes_a_factor_knowing_what_is_left(
    page: Page, tenant: Tenant, at_browser: AtBrowser
) -> None:
    tess = at_browser("tess")
    tess.sign_in()
    row(page, "Phone app").get_by_role("link", name="Remove").click()
    proved(tess)
    expect(page.get_by_text("nothing more: a code sent to the phone")).to_be_visible()
    page.get_by_role("button", name="Remove it").click()
    expect(page).to_have_url(re.compile(rf"{SECURITY}$"))
    expect(row(page, "Phone app")).to_have_count(0)
    assert "totp" not in [method["type"] for method in tenant.user(tess.account)["methods"]]


def test_person_makes_a_recovery_code_that_is_shown_once(
    page: Page, tenant: Tenant, at_browser: AtBrowser
) -> None:
    tess = at_browser("tess")
    tess.sign_in()
    page.get_by_role("link", name="Make a new one").click()
    if "/step-up/" not in page.url:
        page.get_by_role("button", name="Replace my code").click()
    proved(tess)
    page.get_by_role("button", name="Replace my code").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your new recovery code")
    shown = re.sub(r"\W", "", page.locator("[data-code]").inner_text())
    assert shown == tenant.user(tess.account)["recovery_code"]
    page.goto(page.url)
    expect(page.locator("[data-code]")).to_have_count(0)


def test_step_up_page_can_be_left(page: Page, at_browser: AtBrowser) -> None:
    at_browser("tess").sign_in()
    row(page, "Phone app").get_by_role("link", name="Remove").click()
    expect(page).to_have_url(re.compile("/step-up/"))
    page.get_by_role("link", name="Not now").click()
    expect(page).to_have_url(re.compile(r"//localhost:\d+/$"))


def test_step_up_that_is_cancelled_at_the_tenant_opens_nothing_and_says_so(
    page: Page, console: Console, at_browser: AtBrowser
) -> None:
    at_browser("tess").sign_in()
    row(page, "Phone app").get_by_role("link", name="Remove").click()
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name=re.compile("Cancel")).click()
    expect(page).to_have_url(re.compile(r"//localhost:\d+/auth/complete/"))
    console.expect("403")
    expect(page.get_by_role("button", name="Remove it")).to_have_count(0)


def test_person_sees_the_change_in_the_activity(page: Page, at_browser: AtBrowser) -> None:
    tess = at_browser("tess")
    tess.sign_in()
    row(page, "Phone app").get_by_role("link", name="Rename").click()
    proved(tess)
    page.get_by_role("textbox").fill("Pixel")
    page.get_by_role("button", name="Save the name").click()
    expect(row(page, "Pixel")).to_be_visible()
    tess.open(f"{SECURITY}activity/")
    expect(page.get_by_text("Renamed").first).to_be_visible()


def test_person_signs_out_here_and_at_the_tenant(page: Page, at_browser: AtBrowser, site: str) -> None:
    tess = at_browser("tess")
    tess.sign_in()
    page.locator("[data-menu] summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(f"{site}/")
    tess.open(SECURITY)
    page.get_by_role("button", name="Continue to sign in").click()
    expect(page.get_by_label("Password")).to_be_visible()
