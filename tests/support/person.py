"""Somebody with a browser: signs in, steps up, and uses the pages of site and tenant by their forms."""

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.test import Client

from tests.support.forms import Form, form_with, forms_in
from tests.support.tenant import Account, Tenant
from tests.support.tenant_pages import TenantBrowser
from tests.support.walk import Choices, Walk

if TYPE_CHECKING:
    # What the test client adds to a response (`request`, `context`, …) has this type only.
    from django.test.client import _MonkeyPatchedWSGIResponse as Response
else:
    from django.http import HttpResponse as Response

SITE = "http://localhost:8000"
SIGN_IN, STEP_UP = "/sign-in/", "/step-up/"
MOST_HOPS = 10


class Person:
    """A person, their browser at the site (`client`) and the same browser at the tenant (`browser`).

    Ways to answer (`factor`, `cancel`, `code`, …) are those of `tests.support.walk.Choices`.
    """

    def __init__(self, tenant: Tenant, account: Account, **options: Any) -> None:
        self.tenant, self.account = tenant, account
        self.client = Client(headers={"host": urlsplit(SITE).netloc}, **options)
        self.browser = TenantBrowser(tenant.base_url)
        self.walks: list[Walk] = []

    # Signing in and stepping up, each up to the answer of the site's callback

    def sign_in(self, to: str = "", **choices: Any) -> Response:
        """Press the sign-in page's button and answer the tenant; the callback's answer comes back."""
        page = self.client.get(SIGN_IN, {"next": to} if to else {})
        return self.come_back(self.submit(page, to_path="/auth/login/auth0/"), **choices)

    def step_up(self, to: str, **choices: Any) -> Response:
        """Press the step-up page's button for a page and answer the tenant."""
        page = self.client.get(STEP_UP, {"next": to})
        return self.come_back(self.submit(page, to_path=STEP_UP), **choices)

    def come_back(self, leaving: Response, **choices: Any) -> Response:
        """From the site's redirect to the tenant, through the tenant's pages, to the callback's answer."""
        return self.client.get(self.to_callback(leaving, **choices))

    def to_callback(self, leaving: Response, **choices: Any) -> str:
        """The same, stopping short of the callback: its path with code and state."""
        walk = Walk(self.tenant, self.browser, self.account, Choices(**choices))
        self.walks.append(walk)
        return walk.start(leaving["Location"]).target

    # Using the site

    def open(self, path: str, **choices: Any) -> Response:
        """Ask for a page and do what it takes to see it: sign in, step up, follow redirects."""
        return self.follow(self.client.get(path), **choices)

    def follow(self, response: Response, **choices: Any) -> Response:
        """Go where the site leads, pressing the buttons of its sign-in and step-up pages."""
        for _ in range(MOST_HOPS):
            if response.status_code in (301, 302, 303, 307, 308):
                response = self._hop(response, **choices)
            elif (path := response.request["PATH_INFO"]) == SIGN_IN:
                response = self.submit(response, to_path="/auth/login/auth0/")
            elif path == STEP_UP and forms_in(response.content.decode()):
                response = self.submit(response, to_path=STEP_UP)
            else:
                return response
        raise AssertionError(f"more than {MOST_HOPS} hops, the last to {response.headers.get('Location')}")

    def submit(
        self, page: Response, press: str | None = None, *, to_path: str = "", **values: str
    ) -> Response:
        """Send a form of a page: the one to `to_path`, or the one that has the fields or the button."""
        at = page.request["PATH_INFO"]
        form = self._form(page.content.decode(), at, press, to_path, values)
        data = form.filled(press, **values)
        return (
            self.client.get(form.action, data)
            if form.method == "get"
            else self.client.post(form.action, data)
        )

    def press(self, page: Response, button: str, **values: str) -> Response:
        """Press a button of a page, having typed these values."""
        return self.submit(page, button, **values)

    def _form(self, html: str, at: str, press: str | None, to_path: str, values: dict[str, str]) -> Form:
        if to_path:
            for form in forms_in(html, at):
                if urlsplit(form.action).path == to_path:
                    return form
            raise LookupError(f"the page at {at} has no form that goes to {to_path}:\n{html[:2000]}")
        if name := press or next(iter(values), None):
            return form_with(html, name, at)
        return forms_in(html, at)[-1]

    def _hop(self, response: Response, **choices: Any) -> Response:
        location = response["Location"]
        if location.startswith(f"{self.tenant.base_url}/"):
            return self.come_back(response, **choices)
        if response.status_code in (307, 308):
            raise AssertionError("a redirect that would send the form again")
        return self.client.get(location.removeprefix(SITE))
