"""A site that proves itself by a key, at the token endpoint of a tenant that checks it."""

from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.cache import cache
from pytest_django import Settings

from accounts.auth0.client_assertion import TYPE, client_proof
from accounts.auth0.http import client
from accounts.auth0.management_token import TokenProvider
from accounts.auth0.tenant import management_client, management_tenant, web_client
from accounts.checks import tenant as checks
from accounts.login.errors import LoginErrorCode
from tests.accounts.conftest import PersonMaker
from tests.accounts.steps import assert_explained, assert_nobody_came_in
from tests.support.tenant import Tenant

PRIVATE = serialization.PrivateFormat.PKCS8
PUBLIC = serialization.PublicFormat.SubjectPublicKeyInfo


def _pem(bits: int = 2048) -> tuple[str, str]:
    key = rsa.generate_private_key(65537, bits)
    private = key.private_bytes(serialization.Encoding.PEM, PRIVATE, serialization.NoEncryption())
    return private.decode(), key.public_key().public_bytes(serialization.Encoding.PEM, PUBLIC).decode()


KEY, PUBLIC_KEY = _pem()
OTHER_KEY, _ = _pem()


@pytest.fixture
def by_key(tenant: Tenant, settings: Settings) -> None:
    """Both applications prove themselves by one key, and the site holds no secret."""
    for name in ("web", "management"):
        method = {"token_endpoint_auth_method": "private_key_jwt", "public_keys": [PUBLIC_KEY]}
        tenant.control("clients", {"client_id": tenant.clients[name]["client_id"], **method})
    settings.AUTH0_CLIENT_ASSERTION_KEY = KEY
    settings.AUTH0_CLIENT_SECRET = settings.AUTH0_MGMT_CLIENT_SECRET = ""


def _sent(tenant: Tenant) -> list[dict[str, str]]:
    return [call["request_body"] for call in tenant.exchanges("/oauth/token")]


def _management_token() -> str:
    cache.clear()
    return TokenProvider(management_tenant(), management_client(), client()).token()


@pytest.mark.usefixtures("by_key")
def test_sign_in_by_key_sends_an_assertion_and_no_secret(tenant: Tenant, person: PersonMaker) -> None:
    nia = person("nia")
    assert nia.sign_in().status_code == 302
    sent = str(_sent(tenant))
    assert "client_assertion" in sent
    assert "client_secret" not in sent


@pytest.mark.usefixtures("by_key", "db")
def test_management_token_is_had_by_key(tenant: Tenant) -> None:
    assert _management_token()
    assert "client_secret" not in str(_sent(tenant))


@pytest.mark.usefixtures("by_key")
def test_another_key_lets_nobody_in(person: PersonMaker, settings: Settings) -> None:
    settings.AUTH0_CLIENT_ASSERTION_KEY = OTHER_KEY
    nia = person("nia")
    assert_explained(nia.sign_in(), LoginErrorCode.MISCONFIGURED)
    assert_nobody_came_in(nia)


def test_assertion_is_for_the_tenant_alone_short_lived_and_never_the_same(
    tenant: Tenant, settings: Settings
) -> None:
    settings.AUTH0_CLIENT_ASSERTION_KEY = KEY
    seen = [_assertion(tenant) for _ in range(2)]
    for claims in seen:
        assert claims["iss"] == claims["sub"] == web_client().client_id
        assert claims["exp"] - claims["iat"] <= 60
    assert seen[0]["jti"] != seen[1]["jti"]


def _assertion(tenant: Tenant) -> dict[str, Any]:
    proof = client_proof(web_client(), management_tenant())
    assert set(proof) == {"client_assertion_type", "client_assertion"}
    claims: dict[str, Any] = jwt.decode(
        proof["client_assertion"], PUBLIC_KEY, ["RS256"], audience=tenant.issuer
    )
    return claims


@pytest.mark.usefixtures("by_key")
@pytest.mark.parametrize(
    "change",
    [
        {"aud": "https://another.example/"},
        {"iss": "another"},
        {"sub": "another"},
        {"exp": 1},
        {"jti": None},
        {"iat": 9_999_999_999},
    ],
)
def test_local_tenant_refuses_an_assertion_that_is_not_right(tenant: Tenant, change: dict[str, Any]) -> None:
    claims = {name: value for name, value in {**_assertion(tenant), **change}.items() if value is not None}
    asked = {
        "grant_type": "client_credentials",
        "client_id": web_client().client_id,
        "audience": management_tenant().audience_management,
        "client_assertion_type": TYPE,
        "client_assertion": jwt.encode(claims, KEY, "RS256"),
    }
    answer = tenant.http.post(f"{tenant.base_url}/oauth/token", data=asked, timeout=5)
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


@pytest.mark.usefixtures("by_key")
def test_local_tenant_takes_an_assertion_once(tenant: Tenant) -> None:
    asked = {"grant_type": "authorization_code", "code": "x", "client_id": web_client().client_id}
    proofs = [client_proof(web_client(), management_tenant()) for _ in range(2)]
    statuses = [
        tenant.http.post(f"{tenant.base_url}/oauth/token", data={**asked, **proof}, timeout=5).status_code
        for proof in (proofs[0], proofs[0], proofs[1])
    ]
    # 400 is about the code: the application was let in.
    assert statuses == [400, 401, 400]


@pytest.mark.usefixtures("by_key")
def test_local_tenant_refuses_a_secret_sent_along_or_in_its_place(tenant: Tenant) -> None:
    asked = {"grant_type": "authorization_code", "code": "x", "client_id": web_client().client_id}
    secret = {"client_secret": tenant.clients["web"]["client_secret"]}
    proof = client_proof(web_client(), management_tenant())
    statuses = [
        tenant.http.post(f"{tenant.base_url}/oauth/token", data={**asked, **more}, timeout=5).status_code
        for more in (proof, secret, {**proof, **secret})
    ]
    assert statuses == [400, 401, 401]


def test_key_and_secret_stay_out_of_repr(settings: Settings) -> None:
    settings.AUTH0_CLIENT_ASSERTION_KEY = KEY
    assert "PRIVATE" not in repr(web_client())


@pytest.mark.parametrize(
    ("secret", "key", "ids"),
    [
        ("a-secret", "", []),
        ("", KEY, []),
        ("", "", ["accounts.E003"]),
        ("a-secret", KEY, ["accounts.E007"]),
        ("", "no key", ["accounts.E008"]),
        ("", _pem(1024)[0], ["accounts.E008"]),
    ],
)
def test_check_wants_one_of_secret_and_key(settings: Settings, secret: str, key: str, ids: list[str]) -> None:
    settings.AUTH0_CLIENT_SECRET, settings.AUTH0_CLIENT_ASSERTION_KEY = secret, key
    about = {"accounts.E003", "accounts.E007", "accounts.E008"}
    assert [str(found.id) for found in checks.messages() if found.id in about] == ids
