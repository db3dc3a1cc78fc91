"""A browser on the tenant's pages, without JavaScript: follows redirects, fills forms, sees the way out."""

from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import requests

from tests.support.forms import Form, form_with, forms_in, links_in

CALL_SECONDS = 10
MOST_HOPS = 20


@dataclass(frozen=True)
class Page:
    """A page of the tenant as it was shown."""

    url: str
    status: int
    html: str

    @property
    def path(self) -> str:
        return urlsplit(self.url).path

    @property
    def forms(self) -> list[Form]:
        return forms_in(self.html, self.url)

    @property
    def links(self) -> list[str]:
        return links_in(self.html, self.url)

    def form(self, name: str) -> Form:
        """The form with a field or button of that name."""
        return form_with(self.html, name, self.url)


@dataclass(frozen=True)
class Returned:
    """The tenant sent the browser away, to an address of the site."""

    url: str

    @property
    def target(self) -> str:
        """Path and query, as Django's test client takes them."""
        parts = urlsplit(self.url)
        return f"{parts.path}?{parts.query}" if parts.query else parts.path


class StuckError(AssertionError):
    """A page that the walk has no answer to; the message shows it."""

    def __init__(self, page: Page, said: str = "") -> None:
        super().__init__(f"stuck at {page.path} ({page.status}):\n{page.html[:3000]}\n{said}")
        self.page = page


class TenantBrowser:
    """Keeps the tenant's cookies, as one browser does; two of them are two browsers."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self.http = requests.Session()
        self.http.trust_env = False
        self.http.headers["User-Agent"] = "Mozilla/5.0 (test browser)"

    def open(self, url: str) -> Page | Returned:
        """Go to a page of the tenant."""
        return self._follow("GET", urljoin(f"{self.base_url}/", url), None)

    def submit(self, form: Form, press: str | None = None, **values: str) -> Page | Returned:
        """Send a form of the page."""
        return self._follow(form.method.upper(), form.action, form.filled(press, **values))

    def _follow(self, method: str, url: str, data: dict[str, str] | None) -> Page | Returned:
        for _ in range(MOST_HOPS):
            response = self._send(method, url, data)
            if not response.is_redirect:
                return Page(url, response.status_code, response.text)
            method, data, url = "GET", None, urljoin(url, response.headers["Location"])
            if not url.startswith(f"{self.base_url}/"):
                return Returned(url)
        raise AssertionError(f"more than {MOST_HOPS} redirects, the last to {urlsplit(url).path}")

    def _send(self, method: str, url: str, data: dict[str, str] | None) -> requests.Response:
        query, body = (data, None) if method == "GET" else (None, data)
        return self.http.request(
            method, url, params=query, data=body, timeout=CALL_SECONDS, allow_redirects=False
        )
