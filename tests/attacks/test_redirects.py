"""Open redirects: wherever a `next` is taken, it leads to this site or nowhere."""

from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from pytest_django import Settings

from accounts.login.open_requests import KEPT
from mfaproject.users.models import User
from tests.attacks.conftest import Intruder
from tests.support.tenant import Tenant

AWAY = (
    *(
        "//evil.test",
        "///evil.test",
        "////evil.test",
        "https://evil.test",
        "https:evil.test",
        "http:///evil.test",
    ),
    *("\\\\evil.test", "/\\evil.test", "\\/evil.test", "/\t/evil.test", "/\n/evil.test", "/\r\n/evil.test"),
    *("javascript:alert(1)", "data:text/html,x", " //evil.test", "\x00//evil.test", "/\x00//evil.test"),
    *("//evil.test/@localhost", "//localhost@evil.test", "http://localhost:8000@evil.test", "localhost:8000"),
    *(
        "/%2f/evil.test\x0d",
        "%2f%2fevil.test",
        "/\uff0fevil.test",
        "/\u3002/evil.test",
        "/\u4e2d\u6587/",
        "//evil%E3%80%82test",
    ),
    *("//evil.test?/", "/;//evil.test", "/.//evil.test", "/" + "a" * 70_000, "", "?x=//evil.test"),
    *("/a\r\nLocation: //evil.test", "/a\r\nSet-Cookie: x=y", "http://localhost:9/", "//[::1]/"),
)
SITE = "http://localhost:8000"


def _leads_to(location: str, at: str) -> str:
    """Where a browser goes from a page: control characters vanish and a backslash is a slash (WHATWG URL)."""
    cleaned = "".join(char for char in location if char not in "\t\r\n").replace("\\", "/").strip(" \x00")
    return urlsplit(urljoin(f"{SITE}{at}", cleaned)).netloc


@pytest.mark.parametrize("at", ["/sign-in/", "/step-up/", "/admin/login/", "/account/language/"])
def test_next_of_a_page_leads_to_this_site_alone(browser_of: Intruder, ada: User, at: str) -> None:
    client, stranger = browser_of(ada), Client(headers={"host": "localhost:8000"})
    for away in AWAY:
        for answer in (client.get(at, {"next": away}), stranger.get(at, {"next": away})):
            location = answer.headers.get("Location", "/")
            assert _leads_to(location, at) == "localhost:8000", (away, location)
            assert "Set-Cookie: x" not in str(answer.headers)


def test_next_of_a_choice_of_language_leads_to_this_site_alone(client: Client, db: None) -> None:
    for away in AWAY:
        answer = client.post(
            "/account/language/", {"language": "es", "next": away}, headers={"host": SITE[7:]}
        )
        assert _leads_to(answer.headers["Location"], "/account/language/") == "localhost:8000", away


@pytest.mark.parametrize("at", ["/auth/login/auth0/", "/step-up/"])
def test_next_of_a_trip_is_kept_only_if_it_is_of_this_site(
    browser_of: Intruder, tenant: Tenant, tess: User, at: str
) -> None:
    client = browser_of(tess, mfa=False)
    for away in AWAY:
        assert client.post(at, {"next": away}).headers["Location"].startswith(f"{tenant.base_url}/authorize?")
        [record] = [found for session in Session.objects.all() if (found := session.get_decoded().get(KEPT))]
        kept = record["accounts_transaction"]["next"]
        Session.objects.exclude(session_key=client.session.session_key).delete()
        assert _leads_to(kept, at) == "localhost:8000", (away, kept)
        assert len(kept) <= 2000


@pytest.mark.parametrize("header", ["referer", "hx-current-url"])
def test_form_sent_from_elsewhere_comes_back_to_this_site(
    browser_of: Intruder, tess: User, settings: Settings, header: str
) -> None:
    settings.ROOT_URLCONF = "tests.attacks.urls"
    client = browser_of(tess, mfa=False)
    for away in (*AWAY, f"{SITE}//evil.test/", f"{SITE}/\\evil.test/", f"{SITE}@evil.test/"):
        answer = client.post("/one/action/", headers={header: away})
        [kept] = parse_qs(urlsplit(answer.headers["Location"]).query)["next"]
        assert _leads_to(kept, "/step-up/") == "localhost:8000", (away, kept)
