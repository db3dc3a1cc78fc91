"""/dev/users and /dev/clients: the people and applications that a test needs."""

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


def test_foreign_host_name_is_refused(tenant: Tenant) -> None:
    answer = requests.get(f"{tenant.base_url}/dev/users", headers={"Host": "evil.example"}, timeout=5)
    assert answer.status_code == 403
