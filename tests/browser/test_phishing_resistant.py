"""A part of the site that asks for a passkey or security key, as people meet it."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings

from tests.support.browser_person import BrowserPerson
from tests.support.looks import check_looks
from tests.support.passkeys import give_key
from tests.support.tenant import Tenant
from tests.support.virtual_authenticator import VirtualAuthenticator

At = Callable[..., BrowserPerson]
GATED = "/test/resistant/"
HERE, STEP_UP = re.compile(rf"{GATED}$"), re.compile(r"/step-up/\?next=")


@pytest.fixture(autouse=True)
def _gated_site(settings: Settings) -> None:
    settings.ROOT_URLCONF = "tests.accounts.urls"


def press_continue(page: Page) -> None:
    page.locator("main form[method=post] button[type=submit]").first.click()


def show_passkey(page: Page) -> None:
    """On the tenant's login page."""
    page.get_by_role("button", name="Continue with a passkey").click()
    page.get_by_role("button", name=re.compile("Continue|passkey")).first.click()


def test_passkey_opens_it_where_the_password_did_not(
    page: Page, tenant: Tenant, at_browser: At, platform_authenticator: VirtualAuthenticator
) -> None:
    pat = at_browser("pat")
    platform_authenticator.hold(tenant.user(pat.account)["methods"][0])
    pat.sign_in(GATED)
    expect(page).to_have_url(STEP_UP)
    expect(page.get_by_text("This part asks for your passkey or security key")).to_be_visible()

    press_continue(page)
    pat.prove_first_factor()
    expect(page.get_by_text("You came back without a passkey or security key")).to_be_visible()
    expect(page.get_by_text("Sign in again, with your passkey.")).to_be_visible()
    check_looks(page)

    press_continue(page)
    show_passkey(page)
    expect(page).to_have_url(HERE)


def test_security_key_opens_it_without_the_password(
    page: Page, tenant: Tenant, at_browser: At, platform_authenticator: VirtualAuthenticator
) -> None:
    tess = at_browser("tess")
    give_key(tenant, tess.account, "webauthn-roaming")
    (held,) = [each for each in tenant.user(tess.account)["methods"] if each["key_id"]]
    platform_authenticator.hold(held)
    tess.sign_in(GATED)
    press_continue(page)
    expect(page).to_have_url(re.compile(r"/u/mfa/challenge/webauthn-roaming"))
    page.get_by_role("button", name=re.compile("key|Continue")).first.click()
    expect(page).to_have_url(HERE)


def test_somebody_with_neither_reads_what_to_add(page: Page, at_browser: At) -> None:
    at_browser("tess").sign_in(GATED)
    press_continue(page)
    expect(page.get_by_role("heading", name="Add a passkey or security key first")).to_be_visible()
    check_looks(page)
    page.get_by_role("link", name="Add a passkey or security key").click()
    expect(page).to_have_url(re.compile(r"/account/security/add/"))


def test_site_that_cannot_tell_says_so(page: Page, at_browser: At, settings: Settings) -> None:
    settings.AUTH0_METHODS_CLAIM = ""
    at_browser("pat").sign_in(GATED)
    expect(page.get_by_role("heading", name="This can't be opened here yet")).to_be_visible()
    check_looks(page)
