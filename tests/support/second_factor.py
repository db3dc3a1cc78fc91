"""Somebody at the tenant's second-factor pages: opens one, types something, looks at what is shown."""

import html as entities
import json
import re
from typing import Any
from urllib.parse import unquote, urlsplit

from tests.support.application import Application, answer_of
from tests.support.softauthn import SoftAuthenticator
from tests.support.tenant import Account, Tenant
from tests.support.tenant_pages import Page, Returned, TenantBrowser

PAPE_MFA = "http://schemas.openid.net/pape/policies/2007/06/multi-factor"


class SecondFactor:
    """One visitor with one browser, past the password and asked for more."""

    def __init__(self, application: Application, browser: TenantBrowser, nick: str) -> None:
        self.application, self.browser, self.nick = application, browser, nick
        self.shown: Page | Returned = Returned("")

    @property
    def tenant(self) -> Tenant:
        return self.application.tenant

    @property
    def account(self) -> Account:
        return self.tenant[self.nick]

    @property
    def page(self) -> Page:
        assert isinstance(self.shown, Page), f"sent away to {self.shown}"
        return self.shown

    @property
    def answer(self) -> dict[str, str]:
        """What the application got back."""
        return answer_of(self.shown)

    @property
    def claims(self) -> dict[str, Any]:
        """The ID token that the code is good for."""
        response = self.application.trade(self.answer["code"])
        assert response.ok, response.text
        return self.application.claims(response.json()["id_token"])

    @property
    def factor(self) -> str:
        """The kind that the page asks for."""
        return unquote(self.page.path.rpartition("/")[2]).partition(":")[0]

    @property
    def problem(self) -> str:
        """What the page says has gone wrong."""
        found = re.search(r'role="(?:alert|status)">(.*?)</p>', self.page.html, re.DOTALL)
        return entities.unescape(found[1]).strip() if found else ""

    def sign_in(self, **parameters: str | None) -> "SecondFactor":
        """Begin a sign-in; by default one that demands a second factor."""
        self.shown = self.browser.open(
            self.application.authorize_url(**{"acr_values": PAPE_MFA, **parameters})
        )
        if isinstance(self.shown, Page) and self.shown.path == "/u/login":
            form, password = self.shown.form("password"), self.account.password or ""
            self.shown = self.browser.submit(form, email=self.account.email, password=password)
        return self

    def open(self, path: str) -> "SecondFactor":
        self.shown = self.browser.open(path)
        return self

    def reload(self) -> "SecondFactor":
        return self.open(self.page.url)

    def offered(self) -> list[str]:
        """The kinds behind "Try another method", in their order."""
        path = f"/u/mfa/methods?{urlsplit(self.page.url).query}"
        listing = self.browser.open(path)
        assert isinstance(listing, Page)
        return [_kind(link) for link in listing.links if "/u/mfa/challenge/" in link]

    def use(self, factor: str) -> "SecondFactor":
        """Pick a method, or a kind to enroll."""
        path = "/u/mfa/enroll" if "/enroll" in self.page.path else "/u/mfa/methods"
        listing = self.browser.open(f"{path}?{urlsplit(self.page.url).query}")
        assert isinstance(listing, Page)
        if listing.path == f"/u/mfa/enroll/{factor}":
            self.shown = listing
            return self
        links = [link for link in listing.links if _kind(link) == factor]
        assert links, f"{factor} is not offered at {listing.path}"
        return self.open(links[0])

    def type(self, code: str, **boxes: str) -> "SecondFactor":
        """Type a code and go on."""
        self.shown = self.browser.submit(self.page.form("code"), code=code, **boxes)
        return self

    def fill(self, press: str, **values: str) -> "SecondFactor":
        """Fill the form that has this button."""
        self.shown = self.browser.submit(self.page.form(press), press, **values)
        return self

    def go_on(self) -> "SecondFactor":
        """Send the page's main form as it is."""
        self.shown = self.browser.submit(self.page.forms[0])
        return self

    def save_recovery_code(self) -> str:
        """Read the recovery code off its page, and go on."""
        found = re.search(r'id="recovery-code">(\w+)<', self.page.html)
        assert found, f"no recovery code at {self.page.path}"
        self.shown = self.browser.submit(self.page.form("saved"), saved="on")
        return found[1]

    def ceremony(self) -> dict[str, Any]:
        """The WebAuthn options of the page."""
        found = re.search(r"data-ceremony='(.*?)'", self.page.html, re.DOTALL)
        assert found, f"no ceremony at {self.page.path}"
        options: dict[str, Any] = json.loads(found[1])
        return options

    def touch(self, key: SoftAuthenticator, **values: str) -> "SecondFactor":
        """Let a key do what the page asks, and send its answer."""
        options = self.ceremony()
        credential = key.create(options) if "user" in options else key.get(options)
        return self.send_credential(credential, **values)

    def send_credential(self, credential: dict[str, Any], **values: str) -> "SecondFactor":
        form = self.page.form("credential")
        self.shown = self.browser.submit(form, credential=json.dumps(credential), **values)
        return self

    def texts(self, channel: str) -> list[str]:
        """The codes sent so far, oldest first."""
        return [m["code"] for m in self.tenant.messages() if m["channel"] == channel and m["code"]]


def _kind(link: str) -> str:
    return unquote(urlsplit(link).path.rpartition("/")[2]).partition(":")[0]
