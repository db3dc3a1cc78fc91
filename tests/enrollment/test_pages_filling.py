"""The account-security page that could not load its list yet: when and how often it fills itself."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest

from tests.enrollment.reading import MANAGEMENT, SECURITY, links_of, text_of
from tests.support.clock import Clock
from tests.support.person import Person
from tests.support.tenant import Tenant

People = Callable[..., Person]
METHODS_ROUTE = "GET /api/v2/users/*/authentication-methods"
LIMITED = {"status": 429, "headers": {"retry-after": "30"}, "body": "{}"}
REFRESH = re.compile(r'<noscript>\s*<meta http-equiv="refresh"\s+content="(\d+); url=([^"]+)">')


def refresh_of(page: Any) -> tuple[int, str] | None:
    """When and from where a browser without JavaScript loads the page again."""
    found = REFRESH.search(page.content.decode())
    return (int(found[1]), unescape(found[2])) if found else None


@pytest.fixture
def limited(person: People, tenant: Tenant) -> Person:
    tess = person("tess")
    tess.sign_in()
    tenant.fault(METHODS_ROUTE, **LIMITED)
    return tess


def test_page_that_could_not_load_its_list_says_so_and_when_it_will(limited: Person) -> None:
    page = limited.open(SECURITY)

    said = text_of(page)
    assert page.status_code == 200
    assert "We couldn't load your methods yet" in said
    assert "This page updates by itself in about 30 seconds. Check again" in said
    assert "They still work, and nothing has changed." in said
    assert refresh_of(page) == (31, f"{SECURITY}?tries=1")


def test_page_that_could_not_load_its_list_claims_nothing(limited: Person) -> None:
    page = limited.open(SECURITY)

    said = text_of(page)
    assert "protected" not in said
    assert "None yet" not in said
    assert not links_of(page, "/remove/")
    assert not links_of(page, "/add/totp/")


def test_page_loads_its_list_once_its_turn_has_come(limited: Person, tenant: Tenant, elapse: Clock) -> None:
    seconds, path = refresh_of(limited.open(SECURITY)) or (0, "")
    tenant.control("faults", [])
    elapse(seconds)

    page = limited.client.get(path)

    assert "Authenticator app" in text_of(page)
    assert refresh_of(page) is None
    assert "fill.js" not in page.content.decode()


def test_page_that_was_known_before_shows_that_and_updates_itself(
    person: People, tenant: Tenant, elapse: Clock
) -> None:
    tess = person("tess")
    tess.open(SECURITY)
    elapse(120)
    tenant.fault(METHODS_ROUTE, **LIMITED)

    page = tess.client.get(SECURITY)

    said = text_of(page)
    assert "We couldn't check your methods yet" in said
    assert "This page shows what was last known, 2 minutes ago" in said
    assert "Authenticator app" in said
    assert refresh_of(page) == (31, f"{SECURITY}?tries=1")


def test_page_stops_filling_itself_after_a_few_tries(limited: Person, tenant: Tenant) -> None:
    path, tries = SECURITY, 0
    while found := refresh_of(page := limited.client.get(path)):
        path, tries = found[1], tries + 1
        assert tries < 20
    assert tries == 10
    # Eleven pages take a moment, more of one on a busy machine.
    assert re.search(r"Try again in (2\d|30) seconds\.", text_of(page))
    assert links_of(page, SECURITY)
    assert len(tenant.exchanges(MANAGEMENT)) == 1


@pytest.mark.parametrize("tries", ["99", "-1", "x", "٣"])
def test_number_of_tries_that_nobody_wrote_begins_anew(limited: Person, tries: str) -> None:
    page = limited.client.get(SECURITY, {"tries": tries})
    assert (refresh_of(page) or ())[1:] == (f"{SECURITY}?tries=1",)


def test_page_of_a_tenant_that_fails_does_not_fill_itself(person: People, tenant: Tenant) -> None:
    tess = person("tess")
    tess.sign_in()
    tenant.fault(METHODS_ROUTE, status=503)
    assert refresh_of(tess.open(SECURITY)) is None
