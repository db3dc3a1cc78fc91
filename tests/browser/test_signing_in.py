"""Signing in and out, as a person sees it."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.support.browser_person import BrowserPerson
from tests.support.tenant import Tenant
from tests.support.virtual_authenticator import VirtualAuthenticator


def test_person_signs_in_with_a_password(page: Page, at_browser: Callable[..., BrowserPerson]) -> None:
    at_browser("tess").sign_in()
    expect(page).to_have_url(re.compile(r"/account/security/$"))


def test_person_signs_in_with_google(page: Page, at_browser: Callable[..., BrowserPerson]) -> None:
    at_browser("gus").sign_in()
    expect(page).to_have_url(re.compile(r"/account/security/$"))


def test_person_signs_in_with_a_passkey(
    page: Page,
    tenant: Tenant,
    at_browser: Callable[..., BrowserPerson],
    platform_authenticator: VirtualAuthenticator,
) -> None:
    pat = at_browser("pat")
    platform_authenticator.hold(tenant.user(pat.account)["methods"][0])
    pat.open("/account/security/")
    page.get_by_role("button", name="Continue to sign in").click()
    page.get_by_role("button", name="Continue with a passkey").click()
    page.get_by_role("button", name=re.compile("Continue|passkey")).first.click()
    expect(page).to_have_url(re.compile(r"/account/security/$"))
