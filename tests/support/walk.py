"""What somebody does at the tenant's pages: one answer for each page, until the tenant sends them back."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

from tests.support.forms import Form
from tests.support.softauthn import SoftAuthenticator
from tests.support.tenant import Account, Tenant
from tests.support.tenant_pages import Page, Returned, StuckError, TenantBrowser

MOST_PAGES = 12


@dataclass(frozen=True)
class Choices:
    """How this person answers.

    factor: `otp`, `sms`, `voice`, `email`, `push-notification`, `recovery-code`; None takes the first offer.
    cancel: the page to give up at, `login`, `google` or `mfa`.
    code: typed in place of the right one, and not corrected: the walk stops at the page that says so.
    passkey: what holds a passkey to sign in with; key: what holds the key of a second factor.
    """

    factor: str | None = None
    cancel: str | None = None
    code: str | None = None
    password: str | None = None
    remember: bool = False
    passkey: SoftAuthenticator | None = None
    key: SoftAuthenticator | None = None


class Walk:
    """One way through the tenant's pages."""

    def __init__(self, tenant: Tenant, browser: TenantBrowser, account: Account, choices: Choices) -> None:
        self.tenant, self.browser, self.account, self.choices = tenant, browser, account, choices
        self.pages: list[Page] = []
        self.recovery_code: str | None = None

    def start(self, url: str) -> Returned:
        """Answer page after page; a page with no answer, or a wrong answer of choice, is a `StuckError`."""
        found = self.browser.open(url)
        while isinstance(found, Page):
            self.pages.append(found)
            if len(self.pages) > MOST_PAGES or found.status >= 400:
                raise StuckError(found, self.tenant.process.last_words() if found.status >= 500 else "")
            found = self._answer(found)(found)
        return found

    def _answer(self, page: Page) -> Callable[[Page], Page | Returned]:
        answers = {
            "/u/login": self._login,
            "/u/passkey": self._passkey,
            "/u/google": self._google,
            "/u/consent": lambda at: self.browser.submit(at.form("action"), "accept"),
            "/u/mfa/challenge": self._challenge,
            "/u/mfa/enroll": self._enroll,
            "/u/mfa/recovery-code": self._recovery_code,
        }
        for path, answer in answers.items():
            if page.path == path or page.path.startswith(f"{path}/"):
                return answer
        raise StuckError(page)

    def _login(self, page: Page) -> Page | Returned:
        if self.choices.cancel == "login":
            return self.browser.submit(page.form("cancel"), "cancel")
        if self.choices.passkey:
            return self.browser.open(f"/u/passkey?state={_state(page)}")
        if self.account.password is None:
            return self.browser.open(f"/u/google?state={_state(page)}")
        password = self.choices.password or self.account.password
        return self.browser.submit(page.form("password"), email=self.account.email, password=password)

    def _passkey(self, page: Page) -> Page | Returned:
        if self.choices.passkey is None:
            raise StuckError(page)
        return self._touch(page, self.choices.passkey)

    def _touch(self, page: Page, key: SoftAuthenticator) -> Page | Returned:
        """Let it do what the page asks, and send its answer."""
        found = re.search(r"data-ceremony='(.*?)'", page.html, re.DOTALL)
        if found is None:
            raise StuckError(page)
        options = json.loads(found[1])
        credential = key.create(options) if "user" in options else key.get(options)
        return self.browser.submit(page.form("credential"), credential=json.dumps(credential))

    def _google(self, page: Page) -> Page | Returned:
        if self.choices.cancel == "google":
            return self.browser.submit(page.form("decline"), "decline")
        for form in page.forms:
            if form.button(self.account.sub):
                return self.browser.submit(form, self.account.sub)
        raise StuckError(page)

    def _challenge(self, page: Page) -> Page | Returned:
        if self.choices.cancel == "mfa":
            return self.browser.submit(_form_to(page, "/u/mfa/cancel"))
        offered = unquote(page.path.removeprefix("/u/mfa/challenge/"))
        factor = offered.split(":")[0]
        if self.choices.factor not in (None, factor):
            return self.browser.open(self._other_way(page))
        return self._prove(page, factor)

    def _other_way(self, page: Page) -> str:
        listing = self.browser.open(f"/u/mfa/methods?state={_state(page)}")
        if isinstance(listing, Page):
            for link in listing.links:
                if unquote(urlsplit(link).path).startswith(f"/u/mfa/challenge/{self.choices.factor}"):
                    return link
        raise AssertionError(f"{self.account.email} is not offered {self.choices.factor}")

    def _prove(self, page: Page, factor: str) -> Page | Returned:
        if factor == "push-notification":
            self._approve()
            return self.browser.submit(_form_to(page, page.path))
        if factor.startswith("webauthn-") and self.choices.key:
            return self._touch(page, self.choices.key)
        values = {"code": self.choices.code or self._code(factor)}
        if self.choices.remember:
            values["remember"] = "on"
        return self.browser.submit(page.form("code"), **values)

    def _code(self, factor: str) -> str:
        if factor == "otp":
            return self.tenant.code_for(self.account)
        if factor == "recovery-code":
            return str(self.tenant.user(self.account)["recovery_code"])
        sent = [message for message in self.tenant.messages() if message.get("code")]
        return str(sent[-1]["code"])

    def _approve(self) -> None:
        for push in self.tenant.phone()["pushes"]:
            if push["state"] == "pending":
                self.tenant.control(f"push/{push['id']}/approve", {})

    def _enroll(self, page: Page) -> Page | Returned:
        """Set up an authenticator app, as somebody does who is asked for a second factor and has none."""
        if page.path == "/u/mfa/enroll":
            return self.browser.open(next(link for link in page.links if "/u/mfa/enroll/otp?" in link))
        found = re.search(r'id="manual-key">([^<]+)<', page.html)
        if found is None:
            raise StuckError(page)
        key = found[1].replace(" ", "")
        return self.browser.submit(page.form("code"), code=self.tenant.codes.next(key, self.tenant.offset))

    def _recovery_code(self, page: Page) -> Page | Returned:
        return self.browser.submit(page.form("saved"), saved="on")


def _state(page: Page) -> str:
    return parse_qs(urlsplit(page.url).query)["state"][0]


def _form_to(page: Page, path: str) -> Form:
    """The form that is sent to that path."""
    for form in page.forms:
        if urlsplit(form.action).path == path:
            return form
    raise StuckError(page)
