"""Every address of the site at once: forged forms, copies left behind, foreign hosts."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import URLResolver, get_resolver
from pytest_django import Settings

from accounts.social_urls import OTHER
from enrollment.checks import check_deployment
from enrollment.models.activity import ActivityEvent
from mfaproject.users.models import User
from tests.attacks.conftest import Intruder
from tests.support.tenant import Tenant

TOTP = "totp|dev_tess_totp"
PARTS = {
    "kind": "totp",
    "factor_id": TOTP,
    "pending_id": "00000000-0000-0000-0000-000000000000",
    "backend": "auth0",
    "association_id": "1",
    "session_id": "0b0e7a52-5d0c-4e0f-9d3a-6f1f5f0f0a11",
    "app_label": "accounts",
    "content_type_id": "1",
}


def _routes(patterns: list[Any], before: str = "/") -> Iterator[str]:
    for pattern in patterns:
        route = f"{before}{pattern.pattern}"
        yield from _routes(pattern.url_patterns, route) if isinstance(pattern, URLResolver) else [route]


def _addresses(person: User) -> list[str]:
    """One address for each route, so that a page that is added tomorrow is attacked too."""
    parts = {**PARTS, "pk": str(person.pk), "object_id": str(person.pk)}
    routes = {route for route in _routes(get_resolver().url_patterns) if "(?P" not in route}
    routes = {route.replace(OTHER, "another") for route in routes}
    return sorted(re.sub(r"<(?:\w+:)?(\w+)>", lambda part: parts[part[1]], route) for route in routes)


def test_forged_form_is_refused_at_every_address(
    browser_of: Intruder, tenant: Tenant, ada: User, tess: User
) -> None:
    client = browser_of(ada, enforce_csrf_checks=True)
    for path in _addresses(tess):
        if path == "/auth/complete/another/":
            # Other providers may answer by POST; their backends go by `state`, and this site has none.
            assert client.post(path).status_code == 404
            continue
        if path == "/auth/backchannel-logout/":
            # The tenant calls it, with a token of its own; a visitor's cookies count for nothing there.
            assert client.post(path).status_code == 400
            continue
        answer = client.post(path, {"reason": "forged", "next": "/"}, headers={"origin": "https://evil.test"})
        assert answer.status_code == 403, path
    assert tenant.exchanges() == []
    assert not ActivityEvent.objects.exists()


def test_no_address_leaves_a_copy_of_a_page_with_somebody_in_it(
    browser_of: Intruder, tenant: Tenant, ada: User, tess: User
) -> None:
    client = browser_of(ada)
    for path in [*_addresses(tess), "/nowhere/", "/admin/nowhere/"]:
        if path == "/admin/logout/":
            continue
        answer = client.get(path)
        for header in ("Content-Security-Policy", "X-Frame-Options", "Cross-Origin-Opener-Policy"):
            assert header in answer.headers, path
        if answer.status_code not in (301, 302, 303):
            assert "no-store" in answer.headers.get("Cache-Control", ""), path


def test_foreign_host_is_answered_by_nothing_but_an_error(browser_of: Intruder, sol: User) -> None:
    client = browser_of(sol)
    for host in ("evil.test", "localhost.evil.test", "localhost@evil.test", "localhost:80@evil.test", "a b"):
        assert client.post("/logout/", headers={"host": host}).status_code == 400, host
    forwarded = client.post(
        "/logout/", headers={"x-forwarded-host": "evil.test", "forwarded": "host=evil.test"}
    )
    assert "evil" not in forwarded.headers["Location"]


@pytest.mark.parametrize("header", ["x-forwarded-host", "x-host", "x-forwarded-server", "forwarded"])
def test_link_in_an_email_is_to_this_site_whatever_a_header_says(
    browser_of: Intruder, tenant: Tenant, sol: User, tess: User, header: str
) -> None:
    path = f"/admin/users/user/{tess.pk}/security/forget-browsers/"
    browser_of(sol).post(path, {"reason": "he called"}, headers={header: "evil.test"})
    assert mail.outbox
    assert "evil" not in mail.outbox[0].body


@pytest.mark.parametrize("names", [["*"], [".site.test"]])
def test_link_in_an_email_is_not_to_a_name_that_a_request_chose(
    browser_of: Intruder, tenant: Tenant, tess: User, settings: Settings, names: list[str]
) -> None:
    """A thief with a session could send the owner to a page of the thief's own, in the site's own words."""
    settings.ALLOWED_HOSTS = names
    rename = "/account/security/totp%7Cdev_tess_totp/rename/"
    for site_url, link in (("", ""), ("https://site.test", "https://site.test/account/security/")):
        settings.SITE_URL = site_url
        browser_of(tess).post(rename, {"name": f"Mine {link}"[:20]}, headers={"host": "mallory.site.test"})
        body = mail.outbox.pop().body
        assert "mallory" not in body
        assert link in body
    settings.SITE_URL = ""
    assert "enrollment.W007" in [found.id for found in check_deployment()]


def test_address_of_a_visitor_is_not_what_they_say_it_is(
    browser_of: Intruder, tenant: Tenant, sol: User, tess: User
) -> None:
    path = f"/admin/users/user/{tess.pk}/security/forget-browsers/"
    spoofed = {
        "x-forwarded-for": "198.51.100.7",
        "x-real-ip": "198.51.100.7",
        "forwarded": "for=198.51.100.7",
    }
    browser_of(sol).post(path, {"reason": "he called"}, headers=spoofed)
    assert ActivityEvent.objects.get().ip == "127.0.0.1"


def test_no_trip_begins_by_a_link(client: Client, db: None) -> None:
    for path in ("/auth/login/auth0/", "/step-up/", "/logout/", "/auth/complete/auth0/"):
        answer = client.get(path, headers={"host": "localhost:8000"})
        assert not answer.headers.get("Location", "").startswith("http"), path
