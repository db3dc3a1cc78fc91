"""Pages that anybody can come to, and those that say what went wrong, as everybody sees them."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page
from pytest_django import Settings

from accounts.views import pages
from tests.support.browser_person import BrowserPerson
from tests.support.console import Console
from tests.support.tenant import Tenant
from tests.support.tour import check_page
from tests.support.visit import SECURITY

People = Callable[..., BrowserPerson]
SIGN_IN = "/sign-in/?next=/account/security/"
SUBMIT = "main form[method=post] button[type=submit]"


@pytest.mark.parametrize("path", ["/", SIGN_IN, "/account/language/?next=/"])
def test_public_page_is_well_made(page: Page, site: str, path: str) -> None:
    check_page(page, lambda: page.goto(f"{site}{path}"))


def test_page_that_is_not_there_is_well_made(page: Page, site: str, console: Console) -> None:
    check_page(page, lambda: page.goto(f"{site}/nowhere/"))
    console.expect("404")


def test_page_of_a_request_that_makes_no_sense_is_well_made(
    page: Page, site: str, console: Console, settings: Settings
) -> None:
    settings.ALLOWED_HOSTS = ["elsewhere.example"]
    check_page(page, lambda: page.goto(f"{site}/"))
    console.expect("400")


def test_page_of_a_crash_is_well_made(
    page: Page, site: str, console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object, **__: object) -> None:
        raise RuntimeError("for this test")

    monkeypatch.setattr(pages, "render", crash)
    check_page(page, lambda: page.goto(f"{site}/"))
    console.expect("500")


def test_page_of_a_form_that_expired_is_well_made(page: Page, site: str, console: Console) -> None:
    def send_without_cookies() -> None:
        page.goto(f"{site}{SIGN_IN}")
        page.context.clear_cookies()
        page.locator(SUBMIT).click()
        page.wait_for_url("**/auth/login/**")

    check_page(page, send_without_cookies)
    console.expect("403")


def test_sign_in_that_was_cancelled_is_explained_on_a_page_that_is_well_made(
    page: Page, site: str, console: Console
) -> None:
    def cancel() -> None:
        page.goto(f"{site}{SIGN_IN}")
        page.locator(SUBMIT).click()
        page.locator("[name=cancel], [value=cancel]").first.click()
        page.wait_for_url("**/auth/complete/**")

    check_page(page, cancel)
    console.expect("403")


def test_sign_in_that_nobody_began_is_explained_on_a_page_that_is_well_made(
    page: Page, site: str, console: Console
) -> None:
    check_page(page, lambda: page.goto(f"{site}/auth/complete/auth0/?code=made-up&state=made-up"))
    console.expect("400")


def test_sign_in_while_the_tenant_is_down_is_explained_on_a_page_that_is_well_made(
    page: Page, site: str, console: Console, tenant: Tenant, signed_in: People
) -> None:
    def fail() -> None:
        page.goto(f"{site}{SIGN_IN}")
        page.locator(SUBMIT).click()
        page.wait_for_url("**/auth/complete/**")

    # The browser is known at the tenant, which sends it straight back with a code that it will not trade.
    signed_in("nia")
    page.context.clear_cookies(name="mfaproject_sessionid")
    tenant.fault("POST /oauth/token", status=503, times=99)
    check_page(page, fail)
    console.expect("503")


def test_another_account_that_came_back_is_explained_on_a_page_that_is_well_made(
    page: Page, site: str, console: Console, tenant: Tenant, signed_in: People
) -> None:
    ada = signed_in("ada")

    def come_back_as_somebody_else() -> None:
        ada.open("/step-up/?next=/account/security/")
        page.context.clear_cookies(name="devtenant_session")
        page.locator(SUBMIT).click()
        other = BrowserPerson(page, site, tenant, tenant["tess"])
        other.prove_first_factor()
        other.prove_second_factor()
        page.wait_for_url("**/auth/complete/**")

    check_page(page, come_back_as_somebody_else)
    console.expect("409")


@pytest.mark.parametrize("path", ["/", SECURITY])
def test_page_of_somebody_signed_in_with_the_menu_open_is_well_made(
    page: Page, signed_in: People, path: str
) -> None:
    gus = signed_in("gus")

    def open_menu() -> None:
        gus.open(path)
        page.locator("[data-menu] summary").click()

    check_page(page, open_menu)
