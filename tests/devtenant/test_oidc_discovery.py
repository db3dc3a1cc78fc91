"""Discovery and keys: what is announced is what is served."""

import requests

from tests.support.tenant import Tenant


def configuration(tenant: Tenant) -> dict[str, object]:
    found: dict[str, object] = requests.get(
        f"{tenant.base_url}/.well-known/openid-configuration", timeout=5
    ).json()
    return found


def kids(tenant: Tenant) -> list[str]:
    keys = requests.get(f"{tenant.base_url}/.well-known/jwks.json", timeout=5).json()["keys"]
    return [key["kid"] for key in keys]


def test_issuer_ends_with_a_slash(tenant: Tenant) -> None:
    assert configuration(tenant)["issuer"] == f"{tenant.base_url}/"


def test_every_announced_endpoint_is_served(tenant: Tenant) -> None:
    endpoints = [
        value for name, value in configuration(tenant).items() if name.endswith(("_endpoint", "_uri"))
    ]
    assert len(endpoints) == 6
    for url in endpoints:
        assert requests.get(str(url), timeout=5).status_code != 404, url


def test_oauth_alias_says_the_same(tenant: Tenant) -> None:
    alias = requests.get(f"{tenant.base_url}/.well-known/oauth-authorization-server", timeout=5)
    assert alias.json() == configuration(tenant)


def test_key_set_holds_public_members_only(tenant: Tenant) -> None:
    keys = requests.get(f"{tenant.base_url}/.well-known/jwks.json", timeout=5).json()["keys"]
    assert len(keys) >= 2
    assert all(set(key) == {"kty", "use", "n", "e", "kid", "alg"} for key in keys)


def test_rotation_puts_the_next_key_to_work_and_keeps_the_old_one(tenant: Tenant) -> None:
    before = kids(tenant)
    current = tenant.control("keys/rotate", {})["kid"]
    after = kids(tenant)
    assert current in before
    assert set(before) < set(after)


def test_rotation_with_revocation_drops_the_old_keys(tenant: Tenant) -> None:
    first = tenant.control("keys/rotate", {})["kid"]
    tenant.control("keys/rotate", {"revoke": True})
    assert first not in kids(tenant)
    assert len(kids(tenant)) == 2
