"""Adding each kind with JavaScript off: all but passkeys works, and passkeys say that they need it."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.support.adding import SECURITY, Adder
from tests.support.browser_person import BrowserPerson

At = Callable[..., BrowserPerson]


@pytest.fixture
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "java_script_enabled": False}


@pytest.mark.parametrize("kind", ["totp", "phone", "email", "push"])
def test_add_works_without_scripts(page: Page, at_browser: At, kind: str) -> None:
    nia = Adder(at_browser("nia"))
    nia.begin(kind)

    if kind == "push":
        nia.scan()
        nia.press("I have scanned it")
    else:
        nia.type_code(nia.app_code() if kind == "totp" else nia.sent_code())

    expect(page.get_by_role("heading", name="Your new recovery code")).to_be_visible()
    page.get_by_role("button", name="I have saved it where I will find it").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("is on your account")
    assert kind in nia.kinds()


def test_waits_are_told_in_words_and_their_buttons_work(page: Page, at_browser: At) -> None:
    nia = Adder(at_browser("nia"))
    nia.begin("phone")
    expect(page.get_by_text(re.compile(r"You can ask for another code in \d+ seconds\."))).to_be_visible()
    expect(page.get_by_text("Time left for this: 10 minutes.")).to_be_visible()

    nia.press("Send it again")

    expect(page.get_by_text("before asking for another code")).to_be_visible()


def test_what_only_scripts_can_do_is_not_shown(page: Page, at_browser: At) -> None:
    nia = Adder(at_browser("nia"))
    nia.begin("totp")

    page.get_by_text("scan it? Type a key").click()

    expect(page.locator("code")).to_have_text(nia.method("totp")["secret"])
    expect(page.get_by_role("button", name="Copy the key")).to_be_hidden()


def test_passkeys_say_that_they_need_scripts(page: Page, at_browser: At) -> None:
    nia = Adder(at_browser("nia"))
    nia.open("passkey")
    expect(page.get_by_text("Passkeys need JavaScript")).to_be_visible()

    nia.press("Go on")

    expect(page.get_by_text("Passkeys need JavaScript")).to_be_visible()
    expect(page.get_by_role("button", name="Create the passkey")).to_be_hidden()
    page.get_by_role("button", name="Cancel").click()
    expect(page).to_have_url(re.compile(rf"{SECURITY}$"))
