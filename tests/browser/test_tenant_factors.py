"""The tenant's second-factor pages in a real browser: scripts, ceremonies, looks."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.plugins.tenant_apis import TenantApis
from tests.support.browser_person import BrowserPerson
from tests.support.console import Console
from tests.support.looks import Look, check_looks
from tests.support.tenant import Tenant
from tests.support.virtual_authenticator import VirtualAuthenticator

AtBrowser = Callable[..., BrowserPerson]
LIGHT_PHONE, DARK_DESKTOP = Look("light", 360), Look("dark", 1280)


@pytest.fixture
def ticket(apis: TenantApis, tenant: Tenant) -> Callable[[str], str]:
    """`ticket("otp")` is a link with which nia can enroll that factor."""

    def make(factor: str) -> str:
        api = apis.management()
        made = api.guardian.enrollments.create_ticket(user_id=tenant["nia"].sub, factor=factor)
        return str(made.ticket_url)

    return make


@pytest.fixture
def challenged(tenant: Tenant, at_browser: AtBrowser) -> Callable[[str], BrowserPerson]:
    """`challenged("tess")` has typed the password, and the tenant's policy asks for more."""

    def begin(nick: str) -> BrowserPerson:
        tenant.set_settings(policies=["all-applications"])
        person = at_browser(nick)
        person.sign_in()
        return person

    return begin


def save_recovery_code(page: Page) -> None:
    page.get_by_label("I have saved it").check()
    page.get_by_role("button", name="Continue").click()


def go_on(page: Page) -> None:
    page.get_by_role("button", name="Continue", exact=True).click()


def arrived(page: Page) -> None:
    expect(page).to_have_url(re.compile(r"/account/security/$"))


def test_security_key_is_enrolled_and_answers_a_challenge(
    page: Page,
    ticket: Callable[[str], str],
    challenged: Callable[[str], BrowserPerson],
    security_key: VirtualAuthenticator,
) -> None:
    page.goto(ticket("webauthn-roaming"))
    check_looks(page, LIGHT_PHONE, DARK_DESKTOP)
    page.get_by_label("A name for it").fill("Blue key")
    go_on(page)
    save_recovery_code(page)
    expect(page.get_by_role("heading", name="All set")).to_be_visible()
    challenged("nia")
    go_on(page)
    arrived(page)
    assert security_key.credentials[0]["signCount"] > 1


def test_device_is_enrolled_and_answers_a_challenge(
    page: Page,
    ticket: Callable[[str], str],
    challenged: Callable[[str], BrowserPerson],
    platform_authenticator: VirtualAuthenticator,
) -> None:
    page.goto(ticket("webauthn-platform"))
    go_on(page)
    save_recovery_code(page)
    challenged("nia")
    go_on(page)
    arrived(page)
    assert len(platform_authenticator.credentials) == 1


def test_ceremony_that_fails_is_told_in_words(
    page: Page,
    console: Console,
    ticket: Callable[[str], str],
    platform_authenticator: VirtualAuthenticator,
) -> None:
    page.goto(ticket("webauthn-platform"))
    platform_authenticator.refuse()
    go_on(page)
    expect(page.get_by_role("alert")).to_contain_text("Nothing was confirmed")
    check_looks(page, LIGHT_PHONE, DARK_DESKTOP)
    console.expect("400")


def test_pages_go_on_by_themselves_once_the_phone_has_answered(
    page: Page, tenant: Tenant, ticket: Callable[[str], str], challenged: Callable[[str], BrowserPerson]
) -> None:
    page.goto(ticket("push-notification"))
    phone = page.context.new_page()
    phone.goto(f"{tenant.base_url}/dev/phone")
    phone.get_by_role("button", name="Scan").click()
    save_recovery_code(page)
    challenged("nia")
    # No reload: the phone's page finds the request by itself.
    check_looks(phone, LIGHT_PHONE, DARK_DESKTOP)
    phone.get_by_role("button", name="Approve").click()
    arrived(page)


def test_denied_push_stays_and_says_so(
    page: Page, console: Console, tenant: Tenant, challenged: Callable[[str], BrowserPerson]
) -> None:
    tenant.control("users", {"sub": tenant["nia"].sub, "factors": [{"type": "push", "name": "Pixel"}]})
    challenged("nia")
    tenant.control(f"push/{tenant.phone()['pushes'][0]['id']}/deny", {})
    expect(page.get_by_role("alert")).to_contain_text("denied")
    console.expect("403")


def test_another_method_is_reached_and_the_browser_remembered(
    page: Page, tenant: Tenant, challenged: Callable[[str], BrowserPerson]
) -> None:
    tess = challenged("tess")
    check_looks(page, LIGHT_PHONE, DARK_DESKTOP)
    page.get_by_role("link", name="Try another method").click()
    check_looks(page, LIGHT_PHONE, DARK_DESKTOP)
    page.get_by_role("link", name="Text message").click()
    page.get_by_label("Remember this browser").check()
    tess.prove_second_factor("sms")
    arrived(page)
    assert len(tenant.user(tess.account)["remembered_browsers"]) == 1


def test_enrollment_pages_are_well_made(page: Page, challenged: Callable[[str], BrowserPerson]) -> None:
    challenged("nia")
    check_looks(page, LIGHT_PHONE, DARK_DESKTOP)
    for name in ("Authenticator app", "Text message", "E-mail", "Push notification"):
        page.get_by_role("link", name=name).click()
        check_looks(page, LIGHT_PHONE, DARK_DESKTOP)
        page.get_by_role("link", name="Set up something else").click()


def test_recovery_code_is_replaced(page: Page, challenged: Callable[[str], BrowserPerson]) -> None:
    tess = challenged("tess")
    page.get_by_role("link", name="Try another method").click()
    page.get_by_role("link", name="Recovery code").click()
    tess.prove_second_factor("recovery-code")
    check_looks(page, LIGHT_PHONE, DARK_DESKTOP)
    save_recovery_code(page)
    arrived(page)
