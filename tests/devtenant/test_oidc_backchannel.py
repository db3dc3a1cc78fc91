"""The tenant tells applications of sessions that have ended: with which token, when, and whom."""

import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs

import jwt
import pytest
from auth0.management import Auth0

from tests.plugins.tenant_apis import TenantApis
from tests.support.application import Application
from tests.support.tenant import Tenant
from tests.support.tenant_pages import TenantBrowser

NIA = "nia@example.test"
EVENT = "http://schemas.openid.net/event/backchannel-logout"


class Site(HTTPServer):
    """An application that takes what it is told."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.told: list[dict[str, Any]] = []

    def wait(self, count: int = 1) -> list[dict[str, Any]]:
        ends_at = time.monotonic() + 5
        while len(self.told) < count and time.monotonic() < ends_at:
            time.sleep(0.02)
        return self.told


class Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        token = parse_qs(body)["logout_token"][0]
        header = jwt.get_unverified_header(token)
        claims = jwt.decode(token, options={"verify_signature": False})
        assert isinstance(self.server, Site)
        self.server.told.append({"header": header, "claims": claims, "token": token})
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def site(tenant: Tenant) -> Iterator[Site]:
    server = Site()
    Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_address[1]}/logout"
    client_id = tenant.clients["web"]["client_id"]
    order = {"backchannel_logout_urls": [url], "backchannel_logout_initiators": ["all"]}
    tenant.control("clients", {"client_id": client_id, **order})
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def full(tenant: Tenant, apis: TenantApis) -> Auth0:
    """A client that may change and delete people."""
    client_id, audience = tenant.clients["management"]["client_id"], f"{tenant.base_url}/api/v2/"
    scopes = ["update:users", "delete:users", "delete:sessions"]
    tenant.control("clients", {"client_id": client_id, "grants": {audience: scopes}})
    return apis.management()


def sign_in(visitor: TenantBrowser, application: Application) -> str:
    return str(application.id_claims(visitor, NIA)["sid"])


def test_logout_is_told_with_a_token_of_the_session(
    site: Site, visitor: TenantBrowser, application: Application, tenant: Tenant
) -> None:
    sid = sign_in(visitor, application)
    visitor.open("/v2/logout?client_id=demo-web")

    (told,) = site.wait()
    claims = application.claims(told["token"])
    assert (claims["sub"], claims["sid"], claims["aud"]) == (tenant["nia"].sub, sid, "demo-web")
    assert (claims["iss"], claims["events"]) == (tenant.issuer, {EVENT: {}})
    assert claims["exp"] - claims["iat"] == 120
    assert "nonce" not in claims
    assert told["header"]["typ"] == "logout+jwt"


@pytest.mark.parametrize(
    "change",
    [
        lambda api, sub: api.users.update(sub, password="An0ther-Passw0rd!"),
        lambda api, sub: api.users.update(sub, blocked=True),
        lambda api, sub: api.users.delete(sub),
        lambda api, sub: api.users.sessions.delete(sub),
    ],
    ids=["password", "block", "deletion", "revocation"],
)
def test_end_of_a_session_is_told_whatever_ended_it(
    site: Site,
    visitor: TenantBrowser,
    application: Application,
    tenant: Tenant,
    full: Auth0,
    change: Callable[[Auth0, str], object],
) -> None:
    sid = sign_in(visitor, application)
    change(full, tenant["nia"].sub)

    assert [told["claims"]["sid"] for told in site.wait()] == [sid]
    assert tenant.read("sessions") == []


def test_only_a_logout_is_told_by_default(
    site: Site, visitor: TenantBrowser, application: Application, tenant: Tenant, full: Auth0
) -> None:
    initiators = ["rp-logout", "idp-logout"]
    tenant.control("clients", {"client_id": "demo-web", "backchannel_logout_initiators": initiators})
    first = sign_in(visitor, application)
    full.users.sessions.delete(tenant["nia"].sub)
    second = sign_in(visitor, application)
    visitor.open("/v2/logout?client_id=demo-web")

    assert first != second
    assert [told["claims"]["sid"] for told in site.wait()] == [second]


def test_application_that_nobody_signed_in_to_is_not_told(
    site: Site, visitor: TenantBrowser, tenant: Tenant
) -> None:
    visitor.open("/v2/logout?client_id=demo-web")
    assert site.told == []


def log_of(tenant: Tenant, kind: str) -> list[dict[str, Any]]:
    ends_at = time.monotonic() + 5
    while not (entries := tenant.read(f"logs?type={kind}")) and time.monotonic() < ends_at:
        time.sleep(0.02)
    return list(entries)


def test_delivery_is_in_the_log(
    site: Site, visitor: TenantBrowser, application: Application, tenant: Tenant
) -> None:
    sign_in(visitor, application)
    visitor.open("/v2/logout?client_id=demo-web")

    (entry,) = log_of(tenant, "oidc_backchannel_logout_succeeded")
    assert (entry["client_id"], entry["user_id"]) == ("demo-web", tenant["nia"].sub)


def test_site_elsewhere_is_not_called(
    visitor: TenantBrowser, application: Application, tenant: Tenant
) -> None:
    urls = ["http://site.example/logout"]
    tenant.control("clients", {"client_id": "demo-web", "backchannel_logout_urls": urls})
    sign_in(visitor, application)
    visitor.open("/v2/logout?client_id=demo-web")

    assert len(log_of(tenant, "oidc_backchannel_logout_failed")) == 1
