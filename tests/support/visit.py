"""Somebody whose browser is at the site already: tests begin at the page that they are about."""

from playwright.sync_api import Page

from tests.support.browser_person import BrowserPerson
from tests.support.person import Person

HOST = "localhost"
SECURITY = "/account/security/"


def hand_over(person: Person, page: Page, site: str) -> BrowserPerson:
    """Give the cookies of a person without a browser, of site and tenant, to a real one."""
    kept = {name: morsel.value for name, morsel in person.client.cookies.items()}
    kept |= {cookie.name: str(cookie.value) for cookie in person.browser.http.cookies}
    page.context.add_cookies([{"name": name, "value": value, "url": site} for name, value in kept.items()])
    return BrowserPerson(page, site, person.tenant, person.account)


def speak(page: Page, language: str) -> None:
    """Ask for every page from now on in this language."""
    page.set_extra_http_headers({"Accept-Language": language})
