"""The account-security page at a browser, while it waits for its list: it fills itself and loses nothing."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings

from tests.support.browser_person import BrowserPerson
from tests.support.console import Console
from tests.support.looks import check_looks
from tests.support.tenant import Tenant
from tests.support.visit import SECURITY

People = Callable[..., BrowserPerson]
METHODS_ROUTE = "GET /api/v2/users/*/authentication-methods"
WAITS = "We couldn't load your methods yet"
IS_HIDDEN = """isHidden => {
    Object.defineProperty(document, 'hidden', {configurable: true, get: () => isHidden});
    document.dispatchEvent(new Event('visibilitychange'));
}"""


@pytest.fixture
def waiting(page: Page, signed_in: People, tenant: Tenant) -> BrowserPerson:
    """Somebody whose page waits for two seconds."""
    tess = signed_in("tess")
    limit(tenant)
    tess.open(SECURITY)
    expect(page.get_by_text(WAITS)).to_be_visible()
    return tess


def limit(tenant: Tenant) -> None:
    """Refuse the next call, for longer than anybody waits inside of a request."""
    tenant.fault(METHODS_ROUTE, status=429, headers={"retry-after": "3"}, body="{}", times=1)


def loads(page: Page) -> list[str]:
    """Addresses of the site's pages that are asked for from now on."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if SECURITY in request.url else None)
    return asked


def test_page_fills_itself_and_says_so(page: Page, waiting: BrowserPerson) -> None:
    asked = loads(page)
    page.evaluate("window.isSame = true")

    expect(page.get_by_role("heading", name="Phone app")).to_be_visible()

    expect(page.get_by_text(WAITS)).to_have_count(0)
    expect(page.locator("[data-filled]")).to_have_text("Your methods are here now.")
    expect(page.get_by_role("heading", name="Second factor not asked for at every sign-in")).to_be_visible()
    expect(page.get_by_role("heading", name="Add another way")).to_be_visible()
    assert page.evaluate("window.isSame")
    assert page.url.endswith(SECURITY)
    assert page.locator(".factor time[title]").count()
    assert [url.rpartition("?")[2] for url in asked] == ["tries=1"]


def test_page_that_fills_itself_keeps_focus_and_place(page: Page, waiting: BrowserPerson) -> None:
    link = page.get_by_role("link", name="Language")
    link.focus()
    page.evaluate("scrollTo(0, 40)")
    expect(page.get_by_role("heading", name="Phone app")).to_be_visible()
    expect(link).to_be_focused()
    assert page.evaluate("scrollY") == 40


def test_focus_on_what_is_gone_goes_on_at_the_list(page: Page, waiting: BrowserPerson) -> None:
    page.get_by_role("link", name="Check again").focus()
    expect(page.get_by_role("heading", name="Phone app")).to_be_visible()
    expect(page.get_by_role("heading", name="Your ways to prove it is you")).to_be_focused()


def test_hidden_tab_asks_once_it_is_seen(page: Page, waiting: BrowserPerson) -> None:
    page.evaluate(IS_HIDDEN, True)
    asked = loads(page)
    page.wait_for_timeout(5500)
    assert asked == []
    page.evaluate(IS_HIDDEN, False)
    expect(page.get_by_role("heading", name="Phone app")).to_be_visible()


def test_session_that_ended_meanwhile_leads_to_signing_in(page: Page, waiting: BrowserPerson) -> None:
    page.context.clear_cookies()
    expect(page.get_by_role("button", name="Continue to sign in")).to_be_visible()


def test_line_that_is_down_is_tried_again(page: Page, waiting: BrowserPerson, console: Console) -> None:
    page.context.set_offline(True)
    page.wait_for_timeout(5500)
    page.context.set_offline(False)
    expect(page.get_by_role("heading", name="Phone app")).to_be_visible()
    console.expect("ERR_INTERNET_DISCONNECTED")


def test_list_that_is_known_keeps_what_is_open_while_it_is_checked(
    page: Page, signed_in: People, tenant: Tenant, settings: Settings
) -> None:
    settings.FACTORS_FRESH_SECONDS = 1
    tess = signed_in("tess")
    tess.open(SECURITY)
    page.wait_for_timeout(1100)
    limit(tenant)
    tess.open(SECURITY)
    expect(page.get_by_text("We couldn't check your methods yet")).to_be_visible()
    page.get_by_text("Lost one just now?").click()
    page.get_by_role("link", name="Rename : Phone app").focus()

    expect(page.locator("[data-filled]")).to_have_text("Your methods are here now.")

    expect(page.get_by_text("Add a new phone or key below.")).to_be_visible()
    expect(page.get_by_role("link", name="Rename : Phone app")).to_be_focused()


def test_page_that_waits_looks_fine(page: Page, waiting: BrowserPerson) -> None:
    page.clock.install()
    check_looks(page)
