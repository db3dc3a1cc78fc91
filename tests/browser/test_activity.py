"""The activity page and “this wasn't me”, as they are drawn and walked."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.sync_api import Page, expect

from tests.support.browser_person import BrowserPerson
from tests.support.looks import check_looks
from tests.support.tenant import Tenant

Browsers = Callable[..., BrowserPerson]
ACTIVITY = "/account/security/activity/"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile/15E148 Safari/604.1"


def busy_log(tenant: Tenant, sub: str) -> None:
    """A day of somebody whose password somebody else has tried."""
    here = {"ip": "203.0.113.7", "user_agent": PHONE}
    afar = {"ip": "2001:db8:85a3::8a2e:370:7334", "user_agent": "curl/8"}
    place = {"city_name": "Reykjavík", "country_name": "Iceland"}
    device = {"authenticator": {"id": "totp|dev_1", "type": "totp", "phone_number": "+15555550123"}}
    entries: list[tuple[str, dict[str, Any]]] = [
        ("fp", {**afar, "location_info": place}),
        ("limit_wc", {**afar, "location_info": place}),
        ("gd_auth_rejected", {**here, "location_info": place}),
        ("gd_recovery_succeed", here),
        ("scp", here),
        ("gd_unenroll", {**here, "details": device}),
        ("slo", here),
    ]
    now = datetime.now(UTC)
    tenant.control(
        "logs",
        [
            {"type": kind, "user_id": sub, "date": (now - timedelta(hours=3 * age)).isoformat(), **members}
            for age, (kind, members) in enumerate(entries, 1)
        ],
    )


def test_activity_is_well_made_and_the_filter_works_by_keyboard(
    page: Page, tenant: Tenant, at_browser: Browsers
) -> None:
    tess = at_browser("tess")
    busy_log(tenant, tess.account.sub)
    tess.sign_in(ACTIVITY)
    expect(page.get_by_text("A sign-in with a wrong password").first).to_be_visible()
    check_looks(page)

    page.get_by_role("link", name="Failed").focus()
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile(r"\?show=failed$"))
    expect(page.get_by_role("link", name="Failed")).to_have_attribute("aria-current", "true")
    expect(page.get_by_text("Signed in to")).to_have_count(0)


def test_activity_without_the_tenants_log_is_well_made(
    page: Page, tenant: Tenant, at_browser: Browsers
) -> None:
    tenant.fault("GET /api/v2/users/*/logs", status=503)
    at_browser("nia").sign_in(ACTIVITY)

    expect(page.get_by_role("alert")).to_contain_text("What was done on this site is all here")
    check_looks(page)


def test_this_wasnt_me_from_a_row_to_the_end_of_the_lock(
    page: Page, tenant: Tenant, at_browser: Browsers
) -> None:
    tess = at_browser("tess")
    busy_log(tenant, tess.account.sub)
    tess.sign_in(ACTIVITY)
    page.get_by_role("link", name="A sign-in with a wrong password").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Was it not you?")
    check_looks(page)

    page.get_by_role("button", name="shut everybody out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Everybody else is shut out")
    check_looks(page)

    tess.open("/account/security/")
    expect(page.get_by_text("Your ways of signing in are frozen")).to_be_visible()
    check_looks(page)
    page.get_by_role("link", name="Sign in anew, and end the freeze").click()
    check_looks(page)
    page.locator("main form[method=post] button[type=submit]").first.click()
    tess.prove_first_factor()
    tess.prove_second_factor()

    expect(page.get_by_text("can be changed again").first).to_be_visible()
    expect(page.get_by_text("Your ways of signing in are frozen")).to_have_count(0)


def test_alarm_with_steps_undone_is_well_made(page: Page, tenant: Tenant, at_browser: Browsers) -> None:
    tenant.fault("POST /api/v2/users/*/revoke-access", status=403)
    tenant.fault("DELETE /api/v2/users/*/sessions", status=403)
    tess = at_browser("tess")
    tess.sign_in("/account/security/not-me/")
    page.get_by_role("button", name="shut everybody out").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Not everything could be done")
    check_looks(page)
