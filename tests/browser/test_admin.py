"""The admin at a browser: closed without a second factor, open with one, and what support does there."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.support.browser_person import BrowserPerson
from tests.support.console import Console
from tests.support.tenant import Tenant
from tests.support.users import make_user

AtBrowser = Callable[..., BrowserPerson]


def enter(who: BrowserPerson, path: str = "/admin/") -> None:
    """Ask for a page of the admin, and sign in with both factors in one trip."""
    who.sign_in(path)
    who.prove_second_factor()


def test_admin_without_a_second_factor_stays_closed(
    page: Page, console: Console, at_browser: AtBrowser
) -> None:
    ada = at_browser("ada")
    ada.sign_in()
    ada.open("/admin/")
    expect(page).to_have_url(re.compile(r"/step-up/"))
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name=re.compile("Cancel")).click()
    expect(page).to_have_url(re.compile(r"/auth/complete/"))
    console.expect("403")
    ada.open("/admin/")
    expect(page).to_have_url(re.compile(r"/step-up/"))


def test_admin_with_a_second_factor_opens(page: Page, at_browser: AtBrowser) -> None:
    enter(at_browser("ada"))
    expect(page).to_have_url(re.compile(r"/admin/$"))
    expect(page.get_by_role("link", name="Users")).to_be_visible()


def test_admin_for_somebody_who_is_not_staff_is_refused(
    page: Page, console: Console, at_browser: AtBrowser
) -> None:
    tess = at_browser("tess")
    tess.sign_in("/admin/")
    tess.prove_second_factor()
    expect(page.get_by_role("heading", level=1)).to_have_text("This part of the site is for staff")
    console.expect("403")


def test_support_looks_at_a_persons_factors_and_removes_one(
    page: Page, tenant: Tenant, at_browser: AtBrowser
) -> None:
    tess = tenant["tess"]
    user = make_user(tess.sub, username="tess", email=tess.email)
    enter(at_browser("sol"), f"/admin/users/user/{user.pk}/security/")
    expect(page.get_by_text("Phone app").first).to_be_visible()
    page.locator("a[href*='totp'][href$='/remove/']").first.click()
    page.locator("[name=reason]").fill("She called from the number on file")
    page.locator("form [type=submit]").last.click()
    expect(page).to_have_url(re.compile(rf"/user/{user.pk}/security/$"))
    assert "totp" not in [method["type"] for method in tenant.user(tess)["methods"]]
