"""Every page of adding a factor that can be come to by its address, in both languages and every look."""

from collections.abc import Callable

import pytest
from django.core.cache import cache
from playwright.sync_api import Page

from tests.support.adding import Adder
from tests.support.browser_person import BrowserPerson
from tests.support.console import Console
from tests.support.looks import check_looks
from tests.support.tenant import Tenant
from tests.support.tour import check_page
from tests.support.visit import speak

At = Callable[..., BrowserPerson]


def look_around(page: Page) -> None:
    """See this page in every way, and be back where one was."""
    check_page(page, page.reload)
    speak(page, "en")
    page.reload()


def test_page_that_offers_every_kind_is_well_made(page: Page, at_browser: At) -> None:
    at_browser("nia").sign_in("/account/security/add/")
    look_around(page)


@pytest.mark.parametrize("kind", ["totp", "phone", "email", "push", "passkey"])
def test_pages_of_a_kind_are_well_made(page: Page, at_browser: At, kind: str) -> None:
    nia = Adder(at_browser("nia"))
    nia.open(kind)
    look_around(page)
    nia.give(kind)
    look_around(page)
    step = page.url
    nia.press("Cancel")
    page.goto(step)
    look_around(page)


@pytest.mark.parametrize("kind", ["webauthn-roaming", "webauthn-platform", "totp/link", "phone/link"])
def test_pages_that_lead_to_the_tenant_are_well_made(page: Page, at_browser: At, kind: str) -> None:
    nia = Adder(at_browser("nia"))
    nia.open(kind)
    look_around(page)


def test_pages_after_adding_are_well_made(page: Page, at_browser: At) -> None:
    nia = Adder(at_browser("nia"))
    nia.begin("phone")
    step = page.url
    nia.type_code(nia.sent_code())
    page.get_by_role("button", name="Download").wait_for()
    page.evaluate("addEventListener('beforeunload', event => event.stopImmediatePropagation(), true)")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(step)
    look_around(page)
    page.goto(f"{nia.somebody.site}/account/security/")
    look_around(page)


def test_long_address_that_was_added_stays_within_the_page(page: Page, at_browser: At) -> None:
    nia = Adder(at_browser("nia"))
    nia.open("email")
    page.get_by_label("E-mail address").fill("nia@department.of.a.rather.long.name.example.test")
    nia.give("email")
    nia.type_code(nia.sent_code())
    page.get_by_role("button", name="Download").wait_for()

    check_looks(page, colours=False)


@pytest.mark.parametrize("kind", ["totp", "push"])
def test_step_that_cannot_be_shown_while_the_tenant_is_down_is_well_made(
    page: Page, at_browser: At, tenant: Tenant, console: Console, kind: str
) -> None:
    nia = Adder(at_browser("nia"))
    nia.begin(kind)
    cache.clear()
    tenant.fault("GET /api/v2/users/*/authentication-methods", status=503, times=99)
    look_around(page)
    console.expect("503")
    page.get_by_role("link", name="Look again").wait_for()
