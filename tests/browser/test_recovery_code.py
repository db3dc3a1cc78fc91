"""The recovery code at a browser: copied, downloaded, printed, and not left behind by accident."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Dialog, Error, Page, expect

from tests.support.browser_person import BrowserPerson
from tests.support.tenant import Tenant
from tests.support.visit import SECURITY

People = Callable[..., BrowserPerson]


@pytest.fixture
def code(page: Page, signed_in: People, tenant: Tenant) -> str:
    """Shown on the page at this moment."""
    tess = signed_in("tess", mfa=True)
    tess.open(f"{SECURITY}recovery-code/")
    page.get_by_role("button", name="Replace my code").click()
    expect(page.locator("[data-code]")).to_be_visible()
    page.wait_for_load_state()  # the buttons work once the script has run
    return str(tenant.user(tess.account)["recovery_code"])


@pytest.fixture
def asked(page: Page) -> list[str]:
    """The questions of the browser before somebody leaves; each is answered with "stay"."""
    kinds: list[str] = []

    def stay(dialog: Dialog) -> None:
        kinds.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    return kinds


def test_code_is_copied_as_it_is(page: Page, code: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    expect(page.locator("[data-said]")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == code


def test_code_where_the_clipboard_is_closed_is_selected_instead(page: Page, code: str) -> None:
    page.evaluate("() => { navigator.clipboard.writeText = async () => { throw new Error('closed'); }; }")
    page.get_by_role("button", name="Copy").click()
    expect(page.locator("[data-said]")).to_have_text("Selected: press Ctrl+C")
    assert page.evaluate("`${getSelection()}`").replace("\n", "") == code


def test_code_is_downloaded_with_whose_it_is_and_what_for(page: Page, code: str) -> None:
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    text = Path(download.value.path()).read_text()
    assert code in text
    assert "tess@example.test" in text
    assert download.value.suggested_filename.startswith("recovery-code-localhost")


def test_code_is_printed_alone(page: Page, code: str) -> None:
    page.evaluate("window.print = () => { window.printed = true; }")
    page.get_by_role("button", name="Print").click()
    assert page.evaluate("window.printed")
    page.emulate_media(media="print")
    expect(page.locator("[data-code]")).to_be_visible()
    expect(page.get_by_text("Recovery code of tess@example.test")).to_be_visible()
    for on_screen_alone in ("header", "footer", "h1", "button"):
        expect(page.locator(on_screen_alone).first).to_be_hidden()


def test_code_that_is_left_unsaved_asks_whether_to_stay(page: Page, code: str, asked: list[str]) -> None:
    page.get_by_role("link", name="Not yet").click()
    page.wait_for_timeout(50)
    assert asked == ["beforeunload"]
    expect(page.locator("[data-code]")).to_be_visible()


def test_code_that_is_saved_lets_go_without_a_question(page: Page, code: str, asked: list[str]) -> None:
    page.get_by_role("button", name="I have saved it where I will find it").click()
    expect(page.get_by_role("status").first).to_contain_text("Keep the recovery code where you will find it")
    assert asked == []


def test_code_is_not_shown_by_going_back(page: Page, code: str) -> None:
    page.get_by_role("button", name="I have saved it where I will find it").click()
    page.get_by_role("heading", name="Account security").wait_for()
    with pytest.raises(Error, match="ERR_CACHE_MISS"):
        page.go_back()
    expect(page.get_by_text(code)).to_have_count(0)
