"""/dev/users and /dev/clients: the people and applications that a test needs."""

import json
from typing import Any

import pytest
import requests

from tests.support.application import Application
from tests.support.tenant import Tenant
from tests.support.tenant_pages import TenantBrowser


def post(tenant: Tenant, name: str, body: object) -> requests.Response:
    return requests.post(f"{tenant.base_url}/dev/{name}", json=body, timeout=5)


def test_new_person_can_sign_in(tenant: Tenant, visitor: TenantBrowser, application: Application) -> None:
    tenant.add_user(email="Eve@Example.test", password="demo-other", roles=["admin"], name="Eve")
    page = visitor.open(application.authorize_url())
    answer = visitor.submit(page.form("password"), email="eve@example.test", password="demo-other")  # type: ignore[union-attr]
    code = answer.url.partition("code=")[2].partition("&")[0]
    claims = application.claims(application.trade(code).json()["id_token"])
    assert (claims["name"], claims[tenant.roles_claim]) == ("Eve", ["admin"])


def test_person_comes_with_the_factors_that_were_said(tenant: Tenant) -> None:
    secret = "JBSWY3DPEHPK3PXP"
    factors = [
        {"type": "totp", "secret": secret, "name": "Old phone"},
        {"type": "phone", "phone_number": "+15555550199", "preferred_authentication_method": "voice"},
        {"type": "recovery-code", "code": "DEMOCODE"},
    ]
    account = tenant.add_user(email="eve@example.test", factors=factors)
    user = tenant.user(account)
    assert user["factors"] == ["totp", "phone", "recovery-code"]
    assert (user["methods"][0]["secret"], user["methods"][0]["name"]) == (secret, "Old phone")
    assert user["methods"][1]["phone_number"] == "+15555550199"
    assert user["recovery_code"] == "DEMOCODE"
    assert len({method["id"] for method in user["methods"]}) == 3


def test_totp_without_a_secret_gets_one(tenant: Tenant) -> None:
    account = tenant.add_user(email="eve@example.test", factors=[{"type": "totp"}])
    assert len(tenant.user(account)["methods"][0]["secret"]) == 32


def test_change_leaves_the_rest_alone(tenant: Tenant) -> None:
    before = tenant.user(tenant["tess"])
    tenant.add_user(sub=tenant["tess"].sub, roles=["support"])
    after = tenant.user(tenant["tess"])
    assert after["roles"] == ["support"]
    assert after["methods"] == before["methods"]
    assert after["recovery_code"] == before["recovery_code"]


def test_factors_of_a_change_replace_all(tenant: Tenant) -> None:
    tenant.add_user(email="tess@example.test", factors=[{"type": "email", "email": "tess@example.test"}])
    user = tenant.user(tenant["tess"])
    assert (user["factors"], user["recovery_code"]) == (["email"], None)


def test_deleted_person_is_gone_with_their_sessions(
    tenant: Tenant, visitor: TenantBrowser, application: Application
) -> None:
    application.sign_in(visitor, "nia@example.test")
    url = f"{tenant.base_url}/dev/users/{tenant['nia'].sub}"
    assert requests.delete(url, timeout=5).status_code == 204
    assert requests.delete(url, timeout=5).status_code == 404
    assert requests.get(url, timeout=5).status_code == 404
    answer = visitor.open(application.authorize_url(prompt="none"))
    assert "error=login_required" in answer.url


def test_orders_that_make_no_sense_are_refused(tenant: Tenant) -> None:
    for name, body in (
        ("users", {"email": "eve@example.test", "emial_verified": True}),
        ("users", {"name": "Nobody"}),
        ("users", {"email": "eve@example.test", "sub": "no-strategy"}),
        ("users", {"email": "eve@example.test", "factors": [{"name": "no type"}]}),
        ("users", {"email": "eve@example.test", "factors": [{"type": "totp", "sekret": "X"}]}),
        ("users", "eve"),
        ("clients", {"client_id": "half"}),
        ("settings", {"plam": "paid"}),
        ("clock", {"offset": "soon"}),
        ("faults", {"route": "GET /", "stauts": 500}),
        ("tokens", {"key": "skeleton"}),
        ("tokens", {"alg": "RS1"}),
    ):
        answer = post(tenant, name, body)
        assert answer.status_code == 400, (name, body)
        assert answer.json()["error"]


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("faults", {"route": 5}),
        ("faults", {"route": None, "status": 500}),
        ("faults", {"route": "everywhere", "status": 500}),
        ("faults", [{"route": "GET /", "status": 500}, {"route": "GET /", "status": "500"}]),
        ("faults", {"route": "* /**", "status": True}),
        ("faults", {"route": "* /**", "status": 99}),
        ("faults", {"route": "* /**", "status": 503, "headers": {"X": "a\r\nb"}}),
        ("faults", {"route": "* /**", "status": 503, "headers": {"X": 5}}),
        ("faults", {"route": "* /**", "delay": -1}),
        ("faults", {"route": "* /**", "delay": float("nan")}),
        ("faults", {"route": "* /**", "delay": "1"}),
        ("faults", {"route": "* /**", "times": 0}),
        ("faults", {"route": "* /**", "drop": "no"}),
        ("faults", 5),
        ("faults", [5]),
        ("tokens", {"set": ["sub"]}),
        ("tokens", {"drop": "nonce"}),
        ("tokens", {"drop": [5]}),
        ("tokens", []),
        ("clock", {}),
        ("clock", {"offset": True}),
        ("clock", {"offset": float("inf")}),
        ("clock", {"offset": 1e12}),
        ("clock", {"offset": 1, "ofset": 2}),
        ("keys/rotate", {"revoke": "no"}),
        ("keys/rotate", {"revok": True}),
        ("settings", {"factors": ["otp"]}),
        ("settings", {"factors": {"otp": "on"}}),
        ("settings", {"policies": "all-applications"}),
        ("settings", {"code_lifetime": "60"}),
        ("settings", {"location": None}),
        ("logs", {"description": "of no type"}),
        ("logs", {"type": 5}),
        ("logs", {"type": "s", "log_id": 5}),
        ("clients", {"client_id": "x", "client_secret": "x", "name": "x", "callbacks": "http://localhost/"}),
        ("clients", {"client_id": "demo-web", "callbacks": [5]}),
        ("clients", {"client_id": ["demo-web"]}),
        ("users", {"email": 5}),
        ("users", {"email": "nia@example.test", "roles": "admin"}),
        ("users", {"email": "nia@example.test", "identity_id": "x"}),
        ("users", {"email": "nia@example.test", "created_at": "yesterday"}),
        ("users", {"email": "nia@example.test", "remembered_browsers": [{}]}),
        ("users", {"email": "nia@example.test", "factors": {"type": "totp"}}),
        ("users", {"email": "nia@example.test", "factors": ["totp"]}),
        ("users", {"email": "nia@example.test", "factors": [{"type": 5}]}),
        ("users", {"email": "nia@example.test", "factors": [{"type": "totp", "secret": 5}]}),
        ("users", {"sub": 5, "email": "nia@example.test"}),
    ],
)
def test_order_of_wrong_types_is_refused_and_changes_nothing(tenant: Tenant, name: str, body: object) -> None:
    before = state(tenant)
    answer = requests.post(
        f"{tenant.base_url}/dev/{name}",
        data=json.dumps(body),
        headers={"Content-Type": "application/json"},
        timeout=5,
    )
    assert (answer.status_code, answer.json().keys()) == (400, {"error"}), answer.text
    assert state(tenant) == before
    assert requests.get(f"{tenant.base_url}/.well-known/jwks.json", timeout=5).status_code == 200


def state(tenant: Tenant) -> list[Any]:
    """All that orders change, and who is asked how it stands."""
    keys = requests.get(f"{tenant.base_url}/.well-known/jwks.json", timeout=5).json()
    return [keys, tenant.read("clock")["offset"], *map(tenant.read, ("users", "settings", "faults", "logs"))]


def test_half_an_order_changes_nothing(tenant: Tenant) -> None:
    post(tenant, "users", {"email": "eve@example.test", "emial_verified": True})
    assert "eve@example.test" not in [user["email"] for user in tenant.read("users")]
    post(
        tenant, "users", {"email": "nia@example.test", "blocked": True, "factors": [{"type": "totp", "x": 1}]}
    )
    assert tenant.user(tenant["nia"])["blocked"] is False


def test_reset_brings_the_seed_back_and_keeps_the_keys(tenant: Tenant) -> None:
    seed, keys = (
        tenant.read("users"),
        requests.get(f"{tenant.base_url}/.well-known/jwks.json", timeout=5).json(),
    )
    tenant.add_user(email="eve@example.test")
    tenant.add_user(email="nia@example.test", blocked=True)
    tenant.set_settings(friendly_name="Renamed")
    tenant.clock(1000)
    tenant.fault("GET /userinfo", status=500)
    tenant.reset()
    assert [user["sub"] for user in tenant.read("users")] == [user["sub"] for user in seed]
    assert not any(user["blocked"] for user in tenant.read("users"))
    assert tenant.read("settings")["friendly_name"] == "Demo tenant"
    assert tenant.read("clock")["offset"] == 0
    assert tenant.read("faults") == []
    assert requests.get(f"{tenant.base_url}/.well-known/jwks.json", timeout=5).json() == keys


def test_control_takes_no_orders_from_other_sites_pages(tenant: Tenant) -> None:
    for origin in ("https://evil.example", "http://localhost:1", "null"):
        url = f"{tenant.base_url}/dev/users"
        refused = requests.post(url, json={"email": "x@example.test"}, headers={"Origin": origin}, timeout=5)
        assert refused.status_code == 403
    own = requests.post(
        f"{tenant.base_url}/dev/clock", json={"offset": 0}, headers={"Origin": tenant.base_url}, timeout=5
    )
    assert own.status_code == 200


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_control_changes_nothing_for_a_browser_on_another_site(
    tenant: Tenant, method: str, site: str
) -> None:
    """An image's or a link's GET says no Origin; of all requests browsers say `Sec-Fetch-Site`."""
    tenant.fault("GET /userinfo", status=503)
    tenant.add_user(email="eve@example.test")
    requests.get(f"{tenant.base_url}/userinfo", timeout=5)
    before, said = state(tenant), tenant.read("exchanges")
    for name in ("exchanges", "faults", "reset", "users", f"users/{tenant['nia'].sub}", "keys/rotate"):
        answer = requests.request(
            method,
            f"{tenant.base_url}/dev/{name}",
            json={},
            headers={"Sec-Fetch-Site": site, "Sec-Fetch-Mode": "no-cors"},
            timeout=5,
        )
        assert answer.status_code == 403 or method == "GET"
    assert state(tenant) == before
    assert tenant.read("exchanges")[: len(said)] == said


@pytest.mark.parametrize("site", ["same-origin", "none"])
def test_control_takes_orders_from_the_tenants_own_pages(tenant: Tenant, site: str) -> None:
    headers = {"Sec-Fetch-Site": site}
    answer = requests.post(f"{tenant.base_url}/dev/reset", json={}, headers=headers, timeout=5)
    assert answer.status_code == 204


def test_foreign_host_name_is_refused(tenant: Tenant) -> None:
    answer = requests.get(f"{tenant.base_url}/dev/users", headers={"Host": "evil.example"}, timeout=5)
    assert answer.status_code == 403
