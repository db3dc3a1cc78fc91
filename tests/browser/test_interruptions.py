"""What comes between at a browser: a window that ends while somebody types, a tenant that is down."""

import re
from collections.abc import Callable

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from tests.support.browser_person import BrowserPerson
from tests.support.clock import Clock
from tests.support.tenant import Tenant
from tests.support.visit import SECURITY

People = Callable[..., BrowserPerson]
RENAME, REMOVE = (f"{SECURITY}totp%7Cdev_tess_totp/{action}/" for action in ("rename", "remove"))
METHODS = "/api/v2/users/*/authentication-methods"
WINDOW = 16 * 60


def names(who: BrowserPerson) -> list[str | None]:
    return [method["name"] for method in who.tenant.user(who.account)["methods"]]


def test_form_sent_after_the_window_comes_back_with_what_was_typed_and_is_sent_then(
    page: Page, signed_in: People, elapse: Clock
) -> None:
    tess = signed_in("tess", mfa=True)
    tess.open(RENAME)
    page.get_by_role("textbox").fill("Pixel at home")
    elapse(WINDOW)
    page.get_by_role("button", name="Save the name").click()
    expect(page.get_by_text("What you typed was not sent")).to_be_visible()
    tess.step_up()
    expect(page.get_by_role("status")).to_contain_text("Nothing was sent yet")
    expect(page.get_by_role("textbox")).to_have_value("Pixel at home")
    assert "Pixel at home" not in names(tess)
    page.get_by_role("button", name="Save the name").click()
    expect(page.get_by_role("heading", name="Pixel at home")).to_be_visible()


def test_form_sent_after_its_session_has_ended_comes_back_with_what_was_typed(
    page: Page, signed_in: People
) -> None:
    tess = signed_in("tess", mfa=True)
    tess.open(RENAME)
    page.get_by_role("textbox").fill("Pixel at home")
    Session.objects.all().delete()
    page.get_by_role("button", name="Save the name").click()
    page.get_by_role("button", name="Continue to sign in").click()
    tess.step_up()
    expect(page.get_by_role("status")).to_contain_text("nothing was sent")
    expect(page.get_by_role("textbox")).to_have_value("Pixel at home")
    assert "Pixel at home" not in names(tess)


def test_support_that_typed_a_reason_for_too_long_finds_it_again(
    page: Page, signed_in: People, elapse: Clock, tenant: Tenant
) -> None:
    signed_in("tess")
    page.context.clear_cookies()
    sol = signed_in("sol", mfa=True)
    sol.open("/admin/users/user/")
    page.get_by_role("row").filter(has_text="tess@").get_by_role("link", name="Open").click()
    page.get_by_role("link", name="Forget remembered browsers").click()
    page.get_by_label("Reason").fill("A laptop was stolen")
    elapse(WINDOW)
    page.get_by_role("button", name="Forget them").click()
    sol.step_up()
    expect(page.get_by_label("Reason")).to_have_value("A laptop was stolen")


def test_removal_confirmed_too_late_is_asked_again_and_removes_nothing(
    page: Page, signed_in: People, elapse: Clock
) -> None:
    tess = signed_in("tess", mfa=True)
    tess.open(REMOVE)
    elapse(WINDOW)
    page.get_by_role("button", name="Remove it").click()
    tess.step_up()
    expect(page.get_by_role("button", name="Remove it")).to_be_visible()
    assert "Phone app" in names(tess)


def test_page_while_the_tenant_is_down_shows_what_was_last_known_and_recovers(
    page: Page, signed_in: People, tenant: Tenant, elapse: Clock
) -> None:
    tess = signed_in("tess")
    tess.open(SECURITY)
    elapse(120)
    tenant.fault(f"GET {METHODS}", status=503, times=20)
    page.reload()
    expect(page.get_by_role("alert")).to_contain_text("This page shows what was last known")
    expect(page.get_by_role("heading", name="Phone app")).to_be_visible()
    tenant.control("faults", [])
    elapse(120)
    page.get_by_role("link", name="Reload this page").click()
    expect(page.get_by_role("alert")).to_have_count(0)


@pytest.mark.parametrize(
    ("fault", "said", "is_gone"),
    [
        ({"status": 503}, "Nothing was changed", False),
        ({"drop": True, "after": True}, "Removed", True),
    ],
)
def test_removal_at_a_tenant_that_fails_is_told_as_it_is(
    page: Page, signed_in: People, tenant: Tenant, fault: dict[str, object], said: str, is_gone: bool
) -> None:
    tess = signed_in("tess", mfa=True)
    tess.open(REMOVE)
    tenant.fault(f"DELETE {METHODS}/*", times=9, **fault)
    page.get_by_role("button", name="Remove it").click()
    expect(page).to_have_url(re.compile(rf"{SECURITY}$"))
    expect(page.get_by_role("status")).to_contain_text(re.compile(said, re.IGNORECASE))
    assert ("Phone app" not in names(tess)) is is_gone
