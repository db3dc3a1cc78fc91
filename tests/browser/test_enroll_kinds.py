"""Each kind of factor added at a browser, with its wrong paths, and every page on the way well made."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.support.adding import SECURITY, Adder
from tests.support.browser_person import BrowserPerson
from tests.support.console import Console
from tests.support.looks import check_looks
from tests.support.tenant import Tenant
from tests.support.virtual_authenticator import VirtualAuthenticator

At = Callable[..., BrowserPerson]
ADDED = re.compile("is on your account")


def added(page: Page, title: str = "") -> None:
    """The page says that it is on the account."""
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"“{title}" if title else ADDED)
    expect(page.get_by_role("heading", level=1)).to_contain_text(ADDED)


def save_recovery_code(page: Page) -> None:
    expect(page.get_by_role("heading", name="Your new recovery code")).to_be_visible()
    check_looks(page)
    page.get_by_role("button", name="I have saved it where I will find it").click()


def test_app_is_added_with_the_code_that_it_shows(page: Page, at_browser: At, console: Console) -> None:
    nia = Adder(at_browser("nia"))
    nia.open("totp")
    check_looks(page)
    nia.give("totp")
    check_looks(page)
    expect(page.get_by_role("img", name=re.compile("QR code"))).to_be_visible()

    nia.type_code("000 000")
    expect(page.get_by_label("Code", exact=True)).to_be_focused()
    expect(page.get_by_label("Code", exact=True)).to_have_accessible_description(re.compile("not right"))
    check_looks(page)
    nia.type_code(nia.app_code(steps=-6))
    expect(page.get_by_text("clock may be off")).to_be_visible()
    nia.type_code(nia.app_code())

    save_recovery_code(page)
    added(page, "Authenticator app")
    check_looks(page)
    assert "totp" in nia.kinds()
    console.expect("422")


def test_apps_key_is_copied_and_opened_on_a_phone(
    page: Page, context: BrowserContext, at_browser: At
) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    nia = Adder(at_browser("nia"))
    nia.begin("totp")
    link = page.get_by_role("link", name="Open in an app on this device")
    expect(link).to_be_hidden()  # no finger on this screen

    page.get_by_text("scan it? Type a key").click()
    page.get_by_role("button", name="Copy the key").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()

    assert page.evaluate("navigator.clipboard.readText()") == nia.method("totp")["secret"]
    assert str(page.locator("a.touch-only").get_attribute("href")).startswith("otpauth://totp/")


def test_phone_is_added_from_country_and_number(page: Page, at_browser: At, console: Console) -> None:
    nia = Adder(at_browser("nia"))
    nia.open("phone")
    check_looks(page)
    page.get_by_label("Country").select_option(label="United Kingdom (+44)")
    page.get_by_label("Phone number").fill("0121 234 5678")
    nia.press("Send me a code")
    expect(page.get_by_text("This is a landline")).to_be_visible()
    check_looks(page)

    page.get_by_label("Phone number").fill("07400 123456")
    nia.press("Send me a code")
    expect(page.get_by_text("A text message with six digits is on its way to +44 ••••••56.")).to_be_visible()
    check_looks(page)
    nia.type_code(nia.sent_code())

    save_recovery_code(page)
    added(page, "+44 ••••••56")
    expect(page.get_by_role("heading", name="Add one more: Passkey")).to_be_visible()
    check_looks(page)
    console.expect("422")


def test_phone_number_is_changed_on_the_way(page: Page, at_browser: At) -> None:
    nia = Adder(at_browser("nia"))
    nia.begin("phone")

    nia.press("Use another number")
    expect(page.get_by_label("Phone number")).to_have_value("+12015550123")
    page.get_by_label("Phone number").fill("+1 201 555 0124")
    page.get_by_label("Call, with a voice").check()
    nia.press("Send me a code")

    expect(page.get_by_text("A call is on its way to +1 ••••••24")).to_be_visible()


def test_address_is_added_with_the_code_in_the_mail(page: Page, at_browser: At) -> None:
    nia = Adder(at_browser("nia"))
    nia.open("email")
    check_looks(page)
    expect(page.get_by_label("E-mail address")).to_have_value("nia@example.test")
    nia.give("email")
    check_looks(page)
    nia.type_code(nia.sent_code())

    save_recovery_code(page)
    added(page)


def test_push_goes_on_by_itself_once_the_app_has_scanned(page: Page, at_browser: At) -> None:
    nia = Adder(at_browser("nia"))
    nia.open("push")
    check_looks(page)
    nia.give("push")
    expect(page.get_by_text("this page goes on by itself")).to_be_visible()
    check_looks(page)

    nia.scan()

    save_recovery_code(page)
    added(page, "Demo phone")
    assert {"push", "totp"} <= set(nia.kinds())


def test_passkey_is_created_and_works_for_the_next_sign_in(
    page: Page, at_browser: At, platform_authenticator: VirtualAuthenticator
) -> None:
    tess = Adder(at_browser("tess"))
    tess.open("passkey")
    check_looks(page)
    tess.give("passkey")
    check_looks(page)

    tess.press("Create the passkey")

    added(page, "Passkey")
    check_looks(page)
    expect(page.get_by_text("On one device only")).to_be_visible()
    assert len(platform_authenticator.credentials) == 1
    assert "passkey" in tess.kinds()


@pytest.mark.parametrize("kind", ["webauthn-roaming", "webauthn-platform"])
def test_key_is_added_on_the_tenants_page_and_listed_here(
    page: Page, at_browser: At, kind: str, tenant: Tenant
) -> None:
    tess = Adder(at_browser("tess"))
    tess.open(kind)
    check_looks(page)
    expect(page.get_by_text("cannot be added on this site")).to_be_visible()

    tess.press("Go there now")

    expect(page).to_have_url(re.compile(rf"^{re.escape(tenant.base_url)}/"))
    page.goto(f"{tess.somebody.site}{SECURITY}")
    expect(page.get_by_text("Welcome back.")).to_be_visible()
