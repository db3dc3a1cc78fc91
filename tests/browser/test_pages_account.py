"""Everybody's pages about their own account, in every state, as everybody sees them."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings
from social_django.models import UserSocialAuth

from tests.support.actions import SIGN_IN, install_actions
from tests.support.application import Application
from tests.support.browser_person import BrowserPerson
from tests.support.clock import Clock
from tests.support.console import Console
from tests.support.looks import check_looks
from tests.support.person import Person
from tests.support.tenant import Tenant
from tests.support.tenant_pages import TenantBrowser
from tests.support.tour import check_page
from tests.support.visit import SECURITY

People = Callable[..., BrowserPerson]
SUBMIT = "main form[method=post]:not(.as-of) button[type=submit]"
LIST = "GET /api/v2/users/*/authentication-methods"
APP, PHONE = (f"{SECURITY}{kind}%7Cdev_tess_{kind}/" for kind in ("totp", "phone"))
RECOVERY_CODE, ACTIVITY, LANGUAGE = f"{SECURITY}recovery-code/", f"{SECURITY}activity/", "/account/language/"
SESSIONS = f"{SECURITY}sessions/"
PHONE_BROWSER = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Mobile/15E148 Safari/604.1"
WINDOW = 16 * 60
EVERYTHING: list[dict[str, Any]] = [
    *({"type": "totp", "name": name} for name in ("Phone app", "Tablet of the family")),
    *({"type": "phone", "phone_number": number} for number in ("+15555550123", "+491555550123")),
    {"type": "email", "email": "somebody.with.a.long.address@mail.example.test"},
    {"type": "push", "name": "Pixel"},
    {"type": "webauthn-roaming", "name": "Blue key"},
    {"type": "webauthn-platform", "name": "Laptop"},
    {"type": "passkey", "name": "Vault", "credential_device_type": "multi_device"},
    {"type": "passkey", "credential_device_type": "single_device"},
    {"type": "recovery-code", "code": "DEMORECOVERYCODEFORNIA23"},
]


@pytest.mark.parametrize("who", ["nia", "tess", "pat", "gus", "ada"])
def test_security_page_of_everybody_is_well_made(page: Page, signed_in: People, who: str) -> None:
    somebody = signed_in(who)
    check_page(page, lambda: somebody.open(SECURITY))


@pytest.mark.parametrize("asks", ["everybody", "holders", "unknown"])
def test_security_page_is_well_made_whatever_sign_in_asks_for(
    page: Page, signed_in: People, tenant: Tenant, asks: str
) -> None:
    tess = signed_in("tess")
    one = {"type": "totp", "id": "totp|dev_tess_totp", "name": "Phone app"}
    if asks == "everybody":
        tenant.add_user(sub=tess.account.sub, email=tess.account.email, factors=[one])
        tenant.set_settings(policies=["all-applications"])
    elif asks == "holders":
        install_actions(tenant, SIGN_IN)
    else:
        tenant.run_action("exports.onExecutePostLogin = async () => {};")
    check_page(page, lambda: tess.open(SECURITY))


@pytest.mark.parametrize("who", ["tess", "gus"])
def test_page_that_changes_the_password_is_well_made(page: Page, signed_in: People, who: str) -> None:
    somebody = signed_in(who)
    check_page(page, lambda: somebody.open(f"{SECURITY}password/"))


def test_link_for_a_new_password_is_asked_for_in_two_presses(page: Page, signed_in: People) -> None:
    signed_in("tess").open(SECURITY)
    page.get_by_role("link", name="Change password").click()
    page.get_by_role("button", name="Email me a link").click()
    expect(page.get_by_text("We sent a link to tess@example.test")).to_be_visible()


def test_page_that_leads_to_a_first_second_factor_is_well_made(page: Page, signed_in: People) -> None:
    nia = signed_in("nia")

    def be_led_there() -> None:
        nia.open(SECURITY)
        nia.open("/step-up/?next=/")
        expect(page.locator(f'main a[href="{SECURITY}add/"]')).to_be_visible()

    check_page(page, be_led_there)


def test_security_page_with_every_kind_of_factor_is_well_made(
    page: Page, tenant: Tenant, signed_in: People
) -> None:
    tenant.add_user(sub=tenant["nia"].sub, factors=EVERYTHING)
    nia = signed_in("nia")
    check_page(page, lambda: nia.open(SECURITY))


def test_security_page_with_a_kind_that_nobody_knows_is_well_made(
    page: Page, tenant: Tenant, signed_in: People
) -> None:
    strange = {"id": "smell|1", "type": "smell", "confirmed": True, "created_at": "2026-01-01T00:00:00Z"}
    headers = {"Content-Type": "application/json"}
    tenant.fault(LIST, status=200, body=json.dumps([strange]), headers=headers, times=99)
    nia = signed_in("nia")
    check_page(page, lambda: nia.open(SECURITY))


@pytest.mark.parametrize("is_known", [True, False])
def test_security_page_while_the_tenant_is_down_is_well_made(
    page: Page, tenant: Tenant, signed_in: People, elapse: Clock, is_known: bool
) -> None:
    tess = signed_in("tess")
    if is_known:
        tess.open(SECURITY)
        elapse(120)
    tenant.fault(LIST, status=503, times=99)
    check_page(page, lambda: tess.open(SECURITY))
    page.get_by_role("alert").wait_for()


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("tess", f"{APP}rename/"),
        ("tess", f"{APP}remove/"),
        ("tess", f"{PHONE}remove/"),
        ("tess", RECOVERY_CODE),
        ("ada", f"{SECURITY}totp%7Cdev_ada_totp/remove/"),
        ("ada", RECOVERY_CODE),
    ],
)
def test_page_behind_a_step_up_is_well_made(page: Page, signed_in: People, who: str, path: str) -> None:
    somebody = signed_in(who, mfa=True)
    check_page(page, lambda: somebody.open(path))
    assert "/step-up/" not in page.url


@pytest.mark.parametrize("path", [RECOVERY_CODE, ACTIVITY, LANGUAGE, "/"])
def test_page_of_somebody_without_factors_is_well_made(page: Page, signed_in: People, path: str) -> None:
    nia = signed_in("nia")
    check_page(page, lambda: nia.open(path))


def test_form_with_an_error_is_well_made(page: Page, signed_in: People, console: Console) -> None:
    def send_nothing() -> None:
        tess.open(f"{APP}rename/")
        page.locator("[name=name]").fill(" ")
        page.locator(SUBMIT).click()
        page.locator("[aria-invalid=true]").wait_for()

    tess = signed_in("tess", mfa=True)
    check_page(page, send_nothing)
    console.expect("422")


def test_recovery_code_that_is_shown_is_well_made(page: Page, signed_in: People) -> None:
    def make() -> None:
        tess.open(RECOVERY_CODE)
        page.locator(SUBMIT).click()
        page.locator("[data-code]").wait_for()

    tess = signed_in("tess", mfa=True)
    check_page(page, make)


def test_pages_after_a_change_are_well_made(page: Page, signed_in: People) -> None:
    def rename() -> None:
        tess.open(f"{APP}rename/")
        page.locator("[name=name]").fill("Pixel")
        page.locator(SUBMIT).click()
        page.locator(".notice").wait_for()

    tess = signed_in("tess", mfa=True)
    check_page(page, rename)
    check_page(page, lambda: tess.open(ACTIVITY))


@pytest.mark.parametrize(
    ("who", "mfa", "path", "later"),
    [
        pytest.param("tess", False, f"{APP}rename/", 0, id="no second factor yet"),
        pytest.param("tess", True, f"{APP}rename/", WINDOW, id="second factor too long ago"),
        pytest.param("nia", False, f"{SECURITY}add/totp/", WINDOW, id="sign-in too long ago"),
        pytest.param("tess", True, f"{SECURITY}add/totp/", 0, id="no permission to add"),
        pytest.param("ada", False, "/admin/", 0, id="admin"),
    ],
)
def test_step_up_page_is_well_made_whatever_its_reason(
    page: Page, signed_in: People, elapse: Clock, who: str, mfa: bool, path: str, later: int
) -> None:
    somebody = signed_in(who, mfa=mfa)
    elapse(later)
    check_page(page, lambda: somebody.open(path))
    page.wait_for_url("**/step-up/**")


def test_step_up_page_after_an_attempt_that_proved_nothing_is_well_made(
    page: Page, tenant: Tenant, signed_in: People
) -> None:
    def come_back_empty_handed() -> None:
        tess.open(f"{APP}rename/")
        page.locator(SUBMIT).click()
        page.locator(".notice-warning").wait_for()

    tenant.bind()
    tess = signed_in("tess")
    check_page(page, come_back_empty_handed)


def test_page_of_an_account_that_the_tenant_does_not_know_is_well_made(
    page: Page, signed_in: People, console: Console
) -> None:
    nia = signed_in("nia")
    UserSocialAuth.objects.all().delete()
    check_page(page, lambda: nia.open(SECURITY))
    console.expect("409")


def test_page_for_other_people_is_well_made(page: Page, signed_in: People, console: Console) -> None:
    tess = signed_in("tess", mfa=True)
    check_page(page, lambda: tess.open("/admin/"))
    console.expect("403")


def test_pages_of_sessions_are_well_made(
    page: Page, tenant: Tenant, signed_in: People, person: Callable[..., Person]
) -> None:
    phone = person("tess", REMOTE_ADDR="2001:db8:85a3::8a2e:370:7334", HTTP_USER_AGENT=PHONE_BROWSER)
    phone.open(SECURITY)
    place = {"city_name": "Llanfairpwllgwyngyll", "country_name": "United Kingdom"}
    entry = {"type": "s", "ip": "2001:db8:85a3::8a2e:370:7334", "location_info": place}
    tenant.control("logs", [{**entry, "user_id": tenant["tess"].sub}])
    tess = signed_in("tess", mfa=True)
    Application(tenant).tokens(TenantBrowser(tenant.base_url), "tess@example.test")
    check_page(page, lambda: tess.open(SESSIONS))
    link = page.locator("main a.of-danger").get_attribute("href")
    for path in (str(link), f"{SESSIONS}end-others/"):
        check_page(page, lambda path=path: tess.open(path))  # type: ignore[misc]


def test_page_of_sessions_where_the_plan_has_none_is_well_made(
    page: Page, tenant: Tenant, signed_in: People
) -> None:
    tenant.fault("GET /api/v2/users/*/sessions", status=403)
    tess = signed_in("tess")
    check_page(page, lambda: tess.open(SESSIONS))


def test_warning_before_the_session_ends_is_well_made(
    page: Page, signed_in: People, settings: Settings
) -> None:
    settings.SESSION_IDLE_AGE = 123
    nia = signed_in("nia")
    nia.open(SECURITY)
    expect(page.get_by_role("link", name="Stay signed in")).to_be_hidden()

    expect(page.get_by_role("link", name="Stay signed in")).to_be_visible()
    check_looks(page)
