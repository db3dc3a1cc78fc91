"""Somebody who adds a factor at a real browser, and answers as their app, phone and mailbox would."""

import re
import time
from urllib.parse import quote

import pyotp
from playwright.sync_api import Page, expect

from tests.support.browser_person import BrowserPerson
from tests.support.tenant import Tenant

SECURITY = "/account/security/"
NUMBER = "+12015550123"
STEP = re.compile(r"/add/[a-z]+/[0-9a-f-]{36}/$")


class Adder:
    """A signed-in person at the pages of adding a factor."""

    def __init__(self, somebody: BrowserPerson) -> None:
        self.somebody = somebody

    @property
    def page(self) -> Page:
        return self.somebody.page

    @property
    def tenant(self) -> Tenant:
        return self.somebody.tenant

    # On the site

    def open(self, kind: str) -> None:
        """Go to the page of a kind, proving what it takes."""
        self.somebody.sign_in(f"{SECURITY}add/{kind}/")
        if "/step-up/" in self.page.url:
            self.go_through_step_up()
        expect(self.page).to_have_url(re.compile(rf"/add/{kind}/"))

    def go_through_step_up(self) -> None:
        """Press on at the site's step-up page; the tenant asks for a code, or for nothing."""
        self.page.locator("main form[method=post] button[type=submit]").first.click()
        if "/u/mfa/challenge/" in self.page.url:
            self.somebody.prove_second_factor()
        elif "/u/login" in self.page.url:
            self.somebody.prove_first_factor()

    def begin(self, kind: str) -> None:
        """Open the page of a kind, give what it asks for, and come to the step that proves it."""
        self.open(kind)
        self.give(kind)

    def give(self, kind: str) -> None:
        if kind == "phone":
            self.page.get_by_label("Phone number").fill(NUMBER)
        self.press("Send me a code" if kind in ("phone", "email") else "Go on")
        expect(self.page).to_have_url(STEP)

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name).click()

    def type_code(self, code: str) -> None:
        """Type it and send it, as pressing Enter does."""
        field = self.page.get_by_label("Code", exact=True)
        field.fill(code)
        field.press("Enter")

    # Away from the site

    def method(self, kind: str) -> dict[str, str]:
        """The newest method of a type that the tenant has of this person."""
        methods = self.tenant.user(self.somebody.account)["methods"]
        found: dict[str, str] = [method for method in methods if method["type"] == kind][-1]
        return found

    def app_code(self, steps: int = 0) -> str:
        """What the app that scanned the code shows; some time steps away, if its clock is off."""
        app = pyotp.TOTP(self.method("totp")["secret"])
        return app.at(int(time.time() + self.tenant.offset) + app.interval * steps)

    def sent_code(self) -> str:
        return str(self.tenant.messages()[-1]["code"])

    def scan(self) -> None:
        """Scan the code of a push enrollment with the Guardian app."""
        self.tenant.control(f"push/{quote(self.method('push')['id'], safe='')}/scan", {})

    def kinds(self) -> list[str]:
        """Types of what is confirmed at the tenant."""
        methods = self.tenant.user(self.somebody.account)["methods"]
        return [method["type"] for method in methods if method["confirmed"]]
