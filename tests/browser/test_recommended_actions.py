"""The Actions that `make demo` binds, as people meet them: who is asked for what, in which browser."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.actions import RECOMMENDED, install_actions
from tests.support.adding import Adder
from tests.support.browser_person import BrowserPerson
from tests.support.console import Console
from tests.support.looks import check_looks
from tests.support.tenant import Tenant
from tests.support.virtual_authenticator import VirtualAuthenticator

At = Callable[..., BrowserPerson]
SECURITY = re.compile(r"/account/security/$")
CHALLENGE = re.compile(r"/u/mfa/challenge/")


@pytest.fixture(autouse=True)
def _recommended(tenant: Tenant) -> None:
    install_actions(tenant, *RECOMMENDED)


def elsewhere(browser: Browser, person: BrowserPerson) -> BrowserPerson:
    """The same person at a browser that has never been here."""
    page = browser.new_context().new_page()
    return BrowserPerson(page, person.site, person.tenant, person.account)


def test_factor_that_was_added_is_asked_for_in_a_new_browser(browser: Browser, at_browser: At) -> None:
    nia = at_browser("nia")
    adder = Adder(nia)
    adder.begin("phone")
    adder.type_code(adder.sent_code())
    expect(nia.page.get_by_role("heading", name="Your new recovery code")).to_be_visible()

    there = elsewhere(browser, nia)
    there.sign_in()
    expect(there.page).to_have_url(CHALLENGE)
    there.prove_second_factor("sms")
    expect(there.page).to_have_url(SECURITY)
    there.page.context.close()


def test_remembered_browser_is_let_in_and_asked_at_a_step_up_all_the_same(
    page: Page, at_browser: At, tenant: Tenant
) -> None:
    tess = at_browser("tess")
    tess.sign_in()
    page.get_by_label(re.compile("Remember", re.IGNORECASE)).check()
    tess.prove_second_factor()
    expect(page).to_have_url(SECURITY)
    sign_out_here(page)

    tess.sign_in()
    expect(page).to_have_url(SECURITY)
    tess.open("/account/security/recovery-code/")
    tess.step_up()
    expect(page).to_have_url(re.compile(r"/account/security/recovery-code/$"))


def sign_out_here(page: Page) -> None:
    """Lose the sessions of site and tenant, and keep what remembers the browser."""
    page.context.clear_cookies(name=re.compile("session"))


def test_passkey_is_all_that_its_owner_is_asked_for(
    page: Page, tenant: Tenant, at_browser: At, platform_authenticator: VirtualAuthenticator
) -> None:
    pat = at_browser("pat")
    platform_authenticator.hold(tenant.user(pat.account)["methods"][0])
    pat.open("/account/security/")
    page.get_by_role("button", name="Continue to sign in").click()
    page.get_by_role("button", name="Continue with a passkey").click()
    page.get_by_role("button", name=re.compile("Continue|passkey")).first.click()
    expect(page).to_have_url(SECURITY)


def test_google_account_with_no_factor_is_asked_for_a_code_by_email_before_its_first(
    page: Page, tenant: Tenant, at_browser: At
) -> None:
    install_actions(tenant, "first-enrollment")
    gus = at_browser("gus")
    gus.sign_in()
    expect(page).to_have_url(SECURITY)
    gus.open("/account/security/add/totp/")
    page.locator("main form[method=post] button[type=submit]").first.click()
    gus.prove_second_factor("email")
    expect(page).to_have_url(re.compile(r"/account/security/add/"))


@pytest.mark.parametrize(
    ("risk", "end"),
    [
        ("a known device", SECURITY),
        ("a new device", CHALLENGE),
        ("an address on a deny list", re.compile(r"/auth/complete/")),
    ],
)
def test_risk_that_the_tenants_page_sets_decides_about_the_next_sign_in(
    page: Page, tenant: Tenant, at_browser: At, console: Console, risk: str, end: re.Pattern[str]
) -> None:
    tenant.bind()
    install_actions(tenant, "risk", "claims")
    page.goto(f"{tenant.base_url}/dev/actions")
    check_looks(page)
    page.get_by_label("What Adaptive MFA says of it").select_option(risk)
    page.get_by_role("button", name="Set").click()

    at_browser("tess").sign_in()
    expect(page).to_have_url(end)
    if risk == "an address on a deny list":
        console.expect("403")


def test_page_of_the_tenant_binds_and_unbinds(page: Page, tenant: Tenant) -> None:
    page.goto(f"{tenant.base_url}/dev/actions")
    page.get_by_label("Bind account-security-sign-in").uncheck()
    page.get_by_role("button", name="Bind these").click()
    expect(page.get_by_label("Bind account-security-sign-in")).not_to_be_checked()
    assert tenant.read("actions")["bindings"] == ["account-security-step-up", "account-security-claims"]
