"""Refresh tokens rotate, and one that is used twice ends its family."""

import pytest
import requests

from tests.support.application import Application
from tests.support.tenant import Tenant
from tests.support.tenant_pages import TenantBrowser

NIA = "nia@example.test"
REFUSED = {"error": "invalid_grant", "error_description": "Unknown or invalid refresh token."}


@pytest.fixture
def token(visitor: TenantBrowser, application: Application) -> str:
    """The refresh token of a fresh sign-in."""
    return str(application.tokens(visitor, NIA, scope="openid profile email offline_access")["refresh_token"])


def test_refresh_rotates_and_proves_nothing_new(
    visitor: TenantBrowser, application: Application, token: str
) -> None:
    answer = application.token("refresh_token", refresh_token=token).json()
    assert answer["refresh_token"] != token
    assert not {"amr", "acr", "auth_time", "nonce"} & set(application.claims(answer["id_token"]))


def test_reused_refresh_token_ends_the_family(tenant: Tenant, application: Application, token: str) -> None:
    successor = application.token("refresh_token", refresh_token=token).json()["refresh_token"]
    reused = application.token("refresh_token", refresh_token=token)
    assert (reused.status_code, reused.json()) == (403, REFUSED)
    assert application.token("refresh_token", refresh_token=successor).status_code == 403
    assert [entry["user_id"] for entry in tenant.read("logs?type=ferrt")] == [tenant["nia"].sub]


def test_reuse_within_the_leeway_is_forgiven(tenant: Tenant, application: Application, token: str) -> None:
    tenant.set_settings(refresh_leeway=10)
    assert application.token("refresh_token", refresh_token=token).ok
    assert application.token("refresh_token", refresh_token=token).ok
    tenant.clock(60)
    assert application.token("refresh_token", refresh_token=token).status_code == 403


def test_refresh_without_rotation_gives_no_new_token(
    tenant: Tenant, application: Application, token: str
) -> None:
    tenant.control("clients", {"client_id": "demo-web", "rotate_refresh_tokens": False})
    for _ in range(2):
        answer = application.token("refresh_token", refresh_token=token)
        assert answer.ok
        assert "refresh_token" not in answer.json()


def test_refresh_may_ask_for_fewer_scopes_and_never_for_more(application: Application, token: str) -> None:
    answer = application.token("refresh_token", refresh_token=token, scope="openid email read:everything")
    assert answer.json()["scope"] == "openid email"


def test_refresh_for_another_audience_needs_the_applications_policy(
    tenant: Tenant, application: Application, token: str
) -> None:
    audience = f"{tenant.base_url}/me/"
    ignored = application.token("refresh_token", refresh_token=token, audience=audience).json()
    assert "." not in ignored["access_token"]

    tenant.control("clients", {"client_id": "demo-web", "refresh_policies": {audience: ["read:me:factors"]}})
    granted = application.token("refresh_token", refresh_token=ignored["refresh_token"], audience=audience)
    claims = application.claims(granted.json()["access_token"])
    assert (claims["aud"], claims["scope"], claims["gty"]) == (audience, "read:me:factors", "refresh_token")


def test_refresh_for_my_account_needs_recent_mfa_under_the_default_policy(
    tenant: Tenant, application: Application, token: str
) -> None:
    audience = f"{tenant.base_url}/me/"
    tenant.set_settings(default_policy=True)
    tenant.control("clients", {"client_id": "demo-web", "refresh_policies": {audience: ["read:me:factors"]}})
    refused = application.token("refresh_token", refresh_token=token, audience=audience)
    assert refused.json()["error"] == "unmet_authentication_requirements"
    assert application.token("refresh_token", refresh_token=token).ok, "the refusal must not spend the token"


def test_revoked_refresh_token_is_refused_with_its_successors(
    tenant: Tenant, application: Application, token: str
) -> None:
    successor = application.token("refresh_token", refresh_token=token).json()["refresh_token"]
    credentials = {"client_id": "demo-web", "client_secret": "demo-web-secret"}
    url = f"{tenant.base_url}/oauth/revoke"
    assert requests.post(url, data={**credentials, "token": token}, timeout=5).text == "OK"
    assert application.token("refresh_token", refresh_token=successor).status_code == 403
    assert requests.post(url, data={**credentials, "token": "unknown"}, timeout=5).status_code == 200
    assert requests.post(url, data={**credentials, "client_secret": "no"}, timeout=5).status_code == 401
    assert requests.post(url, data=credentials, timeout=5).status_code == 400
