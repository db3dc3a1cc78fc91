"""By keyboard alone: the order of the page, a focus that is seen, no trap, errors tied to their fields."""

import re
from collections.abc import Callable
from itertools import pairwise

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser_person import BrowserPerson
from tests.support.console import Console
from tests.support.keyboard import Keyboard
from tests.support.tenant import Tenant
from tests.support.visit import SECURITY

People = Callable[..., BrowserPerson]
RENAME = f"{SECURITY}totp%7Cdev_tess_totp/rename/"
PAGES = ("/", SECURITY, f"{SECURITY}activity/", f"{SECURITY}recovery-code/", RENAME, "/account/language/")
DESCRIBED = """field => (field.getAttribute('aria-describedby') ?? '').split(/\\s+/)
    .map(id => document.getElementById(id)?.textContent ?? '').join(' ')"""


@pytest.fixture
def keyboard(page: Page) -> Keyboard:
    return Keyboard(page)


@pytest.mark.parametrize("path", PAGES)
def test_every_stop_of_a_page_is_named_seen_and_in_the_order_of_the_page(
    page: Page, signed_in: People, keyboard: Keyboard, path: str
) -> None:
    signed_in("tess", mfa=True).open(path)
    stops = keyboard.round()
    assert all(stop.is_marked and stop.is_in_view for stop in stops), [
        stop for stop in stops if not (stop.is_marked and stop.is_in_view)
    ]
    assert all(stop.name for stop in stops)
    # Below one another within a column; the page has two at most, and goes through each once.
    heights = [stop.top for stop in stops if stop.in_main]
    turns = [before for before, after in pairwise(heights) if after < before - 20]
    assert len(turns) <= (1 if path == SECURITY else 0), heights


def test_way_back_by_keyboard_is_the_way_there(page: Page, signed_in: People, keyboard: Keyboard) -> None:
    signed_in("tess").open(SECURITY)
    there = [stop.name for stop in keyboard.round()]
    back = [keyboard.tab(back=True).name for _ in there]
    assert back == there[::-1]


@pytest.mark.parametrize("path", ["/", "/sign-in/", SECURITY])
def test_skip_link_comes_first_is_seen_and_leads_past_the_header(
    page: Page, signed_in: People, keyboard: Keyboard, path: str
) -> None:
    tess = signed_in("tess")
    if path == "/sign-in/":
        page.context.clear_cookies()
    tess.open(path)
    first = keyboard.tab()
    assert (first.name, first.is_in_view) == ("Skip to the content", True)
    page.keyboard.press("Enter")
    assert keyboard.focused.tag == "main"
    assert keyboard.tab().in_main


def test_account_menu_opens_closes_and_gives_the_focus_back(
    page: Page, signed_in: People, keyboard: Keyboard
) -> None:
    signed_in("tess").open(SECURITY)
    keyboard.press("Account menu for")
    expect(page.get_by_role("navigation", name="Account")).to_be_visible()
    assert keyboard.tab().name == "Account security"
    page.keyboard.press("Escape")
    expect(page.get_by_role("navigation", name="Account")).to_be_hidden()
    assert keyboard.focused.tag == "summary"
    page.keyboard.press("Enter")
    keyboard.press("Sign out")
    expect(page.get_by_role("link", name="Sign in").first).to_be_visible()


def test_factor_is_removed_by_keyboard_through_a_step_up(
    page: Page, tenant: Tenant, signed_in: People, keyboard: Keyboard
) -> None:
    tess = signed_in("tess")
    tess.open(SECURITY)
    keyboard.press("Remove: Phone app")
    page.wait_for_url("**/step-up/**")
    keyboard.press("Continue")
    page.wait_for_url("**/u/mfa/challenge/**")
    expect(page.get_by_label("One-time code")).to_be_focused()
    page.keyboard.type(tenant.code_for(tess.account))
    page.keyboard.press("Enter")
    page.wait_for_url("**/remove/")
    keyboard.press("Remove it")
    expect(page).to_have_url(re.compile(rf"{SECURITY}$"))
    assert "totp" not in [method["type"] for method in tenant.user(tess.account)["methods"]]


def test_recovery_code_is_made_and_saved_by_keyboard(
    page: Page, signed_in: People, keyboard: Keyboard
) -> None:
    signed_in("tess", mfa=True).open(SECURITY)
    keyboard.press("Make a new one")
    page.wait_for_url("**/recovery-code/")
    keyboard.press("Replace my code")
    expect(page.locator("[data-code]")).to_be_visible()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    keyboard.press("Copy")
    expect(page.locator("[data-said]")).to_have_text("Copied")
    keyboard.press("I have saved it where I will find it")
    expect(page.get_by_role("heading", level=1)).to_have_text("Account security")


def test_error_is_tied_to_its_field_which_has_the_focus(
    page: Page, signed_in: People, keyboard: Keyboard, console: Console
) -> None:
    signed_in("tess", mfa=True).open(RENAME)
    keyboard.go_to("Name")
    keyboard.type(" ")
    page.keyboard.press("Enter")
    field = page.get_by_role("textbox", name="Name")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_be_focused()
    assert "Give it a name." in field.evaluate(DESCRIBED)
    console.expect("422")


def test_language_is_chosen_by_keyboard(page: Page, site: str, keyboard: Keyboard) -> None:
    page.goto(f"{site}/account/language/?next=/")
    while keyboard.tab().tag != "input":
        pass
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("lang", "es")
