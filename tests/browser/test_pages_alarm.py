"""What is unfinished, what was mistyped, and how others are shut out, in every language and look."""

from collections.abc import Callable

from playwright.sync_api import Page

from tests.support.adding import Adder
from tests.support.browser_person import BrowserPerson
from tests.support.console import Console
from tests.support.tenant import Tenant
from tests.support.tour import check_page
from tests.support.visit import SECURITY

People = Callable[..., BrowserPerson]
SUBMIT = "main form[method=post]:not(.as-of) button[type=submit]"
NOT_ME = f"{SECURITY}not-me/"


def test_step_with_a_wrong_code_is_well_made(page: Page, at_browser: People, console: Console) -> None:
    def mistype() -> None:
        page.goto(at)
        page.locator("[name=code]").fill("000000")
        page.locator("[name=code]").press("Enter")
        page.locator("[aria-invalid=true]").wait_for()

    Adder(at_browser("nia")).begin("totp")
    at = page.url
    check_page(page, mistype)
    console.expect("422")


def test_page_of_security_with_something_unfinished_is_well_made(page: Page, at_browser: People) -> None:
    nia = at_browser("nia")
    Adder(nia).begin("phone")
    check_page(page, lambda: nia.open(SECURITY))


def test_pages_that_shut_others_out_are_well_made(page: Page, tenant: Tenant, signed_in: People) -> None:
    def raise_alarm() -> None:
        tess.open(NOT_ME)
        page.locator(SUBMIT).click()
        page.wait_for_url("**/done/")

    tess = signed_in("tess")
    check_page(page, lambda: tess.open(NOT_ME))
    tenant.fault("DELETE /api/v2/users/*/sessions", status=403, times=9)
    check_page(page, raise_alarm)
    for path in (SECURITY, f"{SECURITY}unfreeze/"):
        check_page(page, lambda path=path: tess.open(path))  # type: ignore[misc]
    page.wait_for_url("**/step-up/**")
