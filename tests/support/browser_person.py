"""Somebody at a real browser: the errands of `Person`, on the pages as they are drawn, scripts included."""

import re

from playwright.sync_api import Page, expect

from tests.support.tenant import Account, Tenant


class BrowserPerson:
    """A person at one page of one browser."""

    def __init__(self, page: Page, site: str, tenant: Tenant, account: Account) -> None:
        self.page, self.site, self.tenant, self.account = page, site, tenant, account

    def open(self, path: str) -> None:
        """Type an address of the site."""
        self.page.goto(f"{self.site}{path}")

    def sign_in(self, path: str = "/account/security/") -> None:
        """Ask for a page, be sent to sign in, and come back to it."""
        self.open(path)
        self.page.get_by_role("button", name="Continue to sign in").click()
        self.prove_first_factor()

    def prove_first_factor(self) -> None:
        """On the tenant's login page: the password, or Google where there is none."""
        if self.account.password is None:
            self.page.get_by_role("button", name="Continue with Google").click()
            self.page.get_by_role("button", name=self.account.email).click()
            return
        self.page.get_by_label("Email address").fill(self.account.email)
        self.page.get_by_label("Password").fill(self.account.password)
        self.page.get_by_role("button", name="Continue", exact=True).click()

    def step_up(self, factor: str = "otp") -> None:
        """On the site's step-up page: go to the tenant and answer its challenge."""
        expect(self.page).to_have_url(re.compile(r"/step-up/"))
        self.page.locator("main form[method=post] button[type=submit]").first.click()
        self.prove_second_factor(factor)

    def prove_second_factor(self, factor: str = "otp") -> None:
        """On the tenant's challenge page: the newest code, whichever way it came."""
        expect(self.page).to_have_url(re.compile(rf"/u/mfa/challenge/{factor}"))
        self.page.locator("input[name=code]").fill(self._code(factor))
        self.page.get_by_role("button", name="Continue", exact=True).click()

    def _code(self, factor: str) -> str:
        if factor == "otp":
            return self.tenant.code_for(self.account)
        if factor == "recovery-code":
            return str(self.tenant.user(self.account)["recovery_code"])
        return next(str(sent["code"]) for sent in reversed(self.tenant.messages()) if sent.get("code"))
