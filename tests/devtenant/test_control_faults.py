"""Misbehaviour on demand, spoiled tokens, the clock, and the record of what was said."""

import base64
import json
import time
from typing import Any

import jwt
import pytest
import requests

from tests.support.application import Application
from tests.support.tenant import Tenant
from tests.support.tenant_pages import TenantBrowser

NIA = "nia@example.test"
KEYS = "/.well-known/jwks.json"


def get(tenant: Tenant, path: str = KEYS) -> requests.Response:
    return requests.get(f"{tenant.base_url}{path}", timeout=5)


def test_fault_answers_in_place_of_the_real_handler_as_often_as_ordered(tenant: Tenant) -> None:
    tenant.fault(f"GET {KEYS}", status=429, headers={"Retry-After": "7"}, body='{"error":"x"}', times=2)
    for _ in range(2):
        answer = get(tenant)
        assert (answer.status_code, answer.headers["Retry-After"], answer.json()) == (
            429,
            "7",
            {"error": "x"},
        )
    assert get(tenant).status_code == 200


def test_fault_without_a_count_lasts_until_it_is_forgotten(tenant: Tenant) -> None:
    tenant.fault(f"GET {KEYS}", status=503)
    assert {get(tenant).status_code for _ in range(3)} == {503}
    tenant.control("faults", [])
    assert get(tenant).status_code == 200


def test_garbage_comes_with_status_200(tenant: Tenant) -> None:
    tenant.fault(f"GET {KEYS}", body="<html>oops", headers={"Content-Type": "text/html"})
    answer = get(tenant)
    assert (answer.status_code, answer.text) == (200, "<html>oops")
    assert answer.headers["Content-Type"] == "text/html"


def test_delay_lets_the_real_answer_through(tenant: Tenant) -> None:
    tenant.fault(f"GET {KEYS}", delay=0.3, times=1)
    start = time.monotonic()
    assert "keys" in get(tenant).json()
    assert time.monotonic() - start >= 0.3


def test_dropped_connection_gives_no_answer(tenant: Tenant) -> None:
    tenant.fault(f"GET {KEYS}", drop=True, times=1)
    with pytest.raises(requests.ConnectionError):
        get(tenant)
    assert get(tenant).status_code == 200


def test_fault_that_changes_members_leaves_the_others_as_they_are(tenant: Tenant) -> None:
    path = "/.well-known/openid-configuration"
    before = get(tenant, path).json()
    tenant.fault(f"GET {path}", change={"issuer": "https://evil.test/", "more": [1]}, times=1)
    assert get(tenant, path).json() == {**before, "issuer": "https://evil.test/", "more": [1]}
    assert get(tenant, path).json() == before


def test_fault_after_the_work_loses_only_the_answer(tenant: Tenant, application: Application) -> None:
    management = Application(tenant, "demo-management", "demo-management-secret")
    tenant.fault("POST /oauth/token", drop=True, after=True, times=1)
    with pytest.raises(requests.ConnectionError):
        management.token("client_credentials", audience=f"{tenant.base_url}/api/v2/")
    assert len(tenant.read("logs?type=seccft")) == 1


@pytest.mark.parametrize(
    ("route", "path", "hit"),
    [
        ("GET /api/v2/users/*", "/api/v2/users/auth0%7C1", True),
        ("GET /api/v2/users/auth0|1", "/api/v2/users/auth0%7C1", True),
        ("GET /api/v2/users/*", "/api/v2/users/auth0%7C1/roles", False),
        ("GET /api/v2/users/*/roles", "/api/v2/users/auth0%7C1/roles?page=1", True),
        ("GET /api/v2/**", "/api/v2/users/auth0%7C1/roles", True),
        ("* /api/v2/**", "/api/v2/users", True),
        ("POST /api/v2/**", "/api/v2/users", False),
        ("GET /userinfo", "/userinfos", False),
    ],
)
def test_route_is_matched_by_segments(tenant: Tenant, route: str, path: str, hit: bool) -> None:
    tenant.fault(route, status=418)
    assert (get(tenant, path).status_code == 418) is hit


def test_control_endpoints_never_misbehave(tenant: Tenant) -> None:
    tenant.fault("* /**", status=500)
    assert len(tenant.read("faults")) == 1


def spoiled(tenant: Tenant, visitor: TenantBrowser, application: Application, **fault: Any) -> str:
    tenant.token_fault(**fault)
    return str(application.tokens(visitor, NIA)["id_token"])


def unverified(token: str) -> dict[str, Any]:
    claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return claims


def test_claims_are_set_and_dropped_in_one_token(
    tenant: Tenant, visitor: TenantBrowser, application: Application
) -> None:
    token = spoiled(tenant, visitor, application, set={"sub": "auth0|other"}, drop=["nonce"])
    assert unverified(token)["sub"] == "auth0|other"
    assert "nonce" not in unverified(token)
    assert application.id_claims(visitor, NIA)["sub"] == tenant["nia"].sub


def test_unknown_key_is_not_published(
    tenant: Tenant, visitor: TenantBrowser, application: Application
) -> None:
    token = spoiled(tenant, visitor, application, key="unknown")
    kids = [key["kid"] for key in get(tenant).json()["keys"]]
    assert jwt.get_unverified_header(token)["kid"] not in kids


def test_wrong_key_bears_a_known_name(
    tenant: Tenant, visitor: TenantBrowser, application: Application
) -> None:
    token = spoiled(tenant, visitor, application, key="wrong")
    with pytest.raises(jwt.InvalidSignatureError):
        application.claims(token)


def test_next_key_is_published_already(
    tenant: Tenant, visitor: TenantBrowser, application: Application
) -> None:
    token = spoiled(tenant, visitor, application, key="next")
    assert application.claims(token)["sub"] == tenant["nia"].sub


@pytest.mark.parametrize(("alg", "signed"), [("none", False), ("HS256", True)])
def test_algorithm_can_be_forged(
    tenant: Tenant, visitor: TenantBrowser, application: Application, alg: str, signed: bool
) -> None:
    header, body, signature = spoiled(tenant, visitor, application, alg=alg).split(".")
    assert json.loads(base64.urlsafe_b64decode(header + "=="))["alg"] == alg
    assert json.loads(base64.urlsafe_b64decode(body + "=="))["sub"] == tenant["nia"].sub
    assert bool(signature) is signed


def test_clock_moves_every_time(tenant: Tenant, visitor: TenantBrowser, application: Application) -> None:
    tenant.clock(-7200)
    claims = application.id_claims(visitor, NIA, max_age="60")
    assert abs(time.time() - 7200 - claims["iat"]) < 10
    assert abs(claims["auth_time"] - claims["iat"]) < 10


def test_exchanges_are_recorded_once_and_raw(
    tenant: Tenant, visitor: TenantBrowser, application: Application
) -> None:
    application.tokens(visitor, NIA)
    get(tenant, "/api/v2/users/auth0%7C1?fields=a")
    seen = tenant.exchanges()
    assert [(one["method"], one["path"].partition("?")[0]) for one in seen] == [
        ("GET", "/authorize"),
        ("POST", "/oauth/token"),
        ("GET", "/api/v2/users/auth0%7C1"),
    ]
    assert "grant_type=authorization_code" in seen[1]["request_body"]
    assert "id_token" in json.loads(seen[1]["response_body"])
    assert (seen[2]["query"], seen[2]["status"]) == ("fields=a", 401)
    assert tenant.exchanges() == []


def test_looking_at_exchanges_takes_none(tenant: Tenant) -> None:
    get(tenant)
    assert len(tenant.read("exchanges")) == len(tenant.read("exchanges")) == len(tenant.exchanges()) == 1


def test_exchange_says_that_it_was_spoiled(tenant: Tenant) -> None:
    tenant.fault(f"GET {KEYS}", status=503, times=1)
    get(tenant)
    get(tenant)
    assert [(one["status"], one["fault"]) for one in tenant.exchanges()] == [(503, True), (200, False)]
