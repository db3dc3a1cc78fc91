"""/userinfo: whose token, which claims, how often."""

import requests

from tests.support.application import Application
from tests.support.tenant import Tenant
from tests.support.tenant_pages import TenantBrowser

NIA = "nia@example.test"


def userinfo(tenant: Tenant, token: str | None) -> requests.Response:
    headers = {"Authorization": f"Bearer {token}"} if token is not None else {}
    return requests.get(f"{tenant.base_url}/userinfo", headers=headers, timeout=5)


def test_userinfo_follows_the_scopes(
    tenant: Tenant, visitor: TenantBrowser, application: Application
) -> None:
    token = application.tokens(visitor, NIA, scope="openid email")["access_token"]
    body = userinfo(tenant, token).json()
    assert (body["sub"], body["email"]) == (tenant["nia"].sub, NIA)
    assert "name" not in body


def test_userinfo_without_a_good_token_is_refused(
    tenant: Tenant, visitor: TenantBrowser, application: Application
) -> None:
    for token in (None, "", "made-up", "a.b.c"):
        answer = userinfo(tenant, token)
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    without_openid = application.tokens(visitor, NIA, scope="profile")["access_token"]
    assert userinfo(tenant, without_openid).status_code == 401


def test_userinfo_token_expires(tenant: Tenant, visitor: TenantBrowser, application: Application) -> None:
    token = application.tokens(visitor, NIA)["access_token"]
    tenant.clock(86401)
    assert userinfo(tenant, token).status_code == 401


def test_userinfo_allows_a_person_five_calls_a_minute_after_a_burst_of_ten(
    tenant: Tenant, visitor: TenantBrowser, application: Application
) -> None:
    tenant.set_settings(rate_limits=True)
    token = application.tokens(visitor, NIA)["access_token"]
    answers = [userinfo(tenant, token) for _ in range(11)]
    assert [answer.status_code for answer in answers] == [200] * 10 + [429]
    assert answers[-1].json()["error"] == "too_many_requests"
    assert answers[-1].headers["x-ratelimit-remaining"] == "0"
    tenant.clock(13)
    assert userinfo(tenant, token).status_code == 200
    assert userinfo(tenant, token).status_code == 429
