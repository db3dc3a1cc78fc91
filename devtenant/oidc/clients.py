"""Client authentication at the token endpoint: by the one method the application is set to (RFC 6749 2.3)."""

from __future__ import annotations

import base64
import binascii
import hmac
from typing import Any
from urllib.parse import unquote_plus

import jwt
from flask import Request
from jwt.types import Options

from devtenant.oidc.errors import OAuthError
from devtenant.records import Client
from devtenant.store import Store

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LEEWAY = 10
USED_ASSERTIONS = "used_assertions"


def authenticate(store: Store, request: Request, parameters: dict[str, str]) -> Client:
    """The application that asks, or `invalid_client`."""
    header = request.headers.get("Authorization", "")
    if "client_assertion" in parameters:
        return _asserted(store, header, parameters)
    if header:
        method, (client_id, secret) = "client_secret_basic", _basic(header)
    else:
        method = "client_secret_post" if "client_secret" in parameters else "none"
        client_id, secret = parameters.get("client_id", ""), parameters.get("client_secret", "")
    client = store.clients.get(client_id)
    if client is None or client.token_endpoint_auth_method != method:
        raise _unauthorized()
    if method != "none" and not hmac.compare_digest(secret.encode(), client.client_secret.encode()):
        raise _unauthorized()
    return client


def _asserted(store: Store, header: str, parameters: dict[str, str]) -> Client:
    """The application whose assertion this is (RFC 7523, section 3), and which sends no other proof."""
    client = store.clients.get(parameters.get("client_id", ""))
    is_alone = not header and "client_secret" not in parameters
    is_typed = parameters.get("client_assertion_type") == ASSERTION_TYPE
    if (
        client is None
        or client.token_endpoint_auth_method != "private_key_jwt"
        or not (is_alone and is_typed)
    ):
        raise _unauthorized()
    for key in client.public_keys:
        claims = _claims(store, client, parameters["client_assertion"], key)
        if claims and _is_new(store, client, claims):
            return client
    raise _unauthorized()


def _is_new(store: Store, client: Client, claims: dict[str, Any]) -> bool:
    """Take an assertion once, by its `jti`, and remember it for as long as it would be good."""
    used: dict[tuple[str, str], float] = store.data.setdefault(USED_ASSERTIONS, {})
    with store.lock:
        now = store.now()
        for old in [each for each, good_until in used.items() if good_until <= now]:
            del used[old]
        identity = (client.client_id, str(claims["jti"]))
        if identity in used:
            return False
        used[identity] = claims["exp"] + LEEWAY
        return True


def _claims(store: Store, client: Client, assertion: str, key: str) -> dict[str, Any] | None:
    """What a good assertion says; nothing where it is signed by another key, for another, or too late."""
    required: Options = {
        "require": ["iss", "sub", "aud", "exp", "jti"],
        "verify_exp": False,
        "verify_iat": False,
    }
    try:
        claims: dict[str, Any] = jwt.decode(
            assertion, key, ["RS256"], required, audience=store.issuer, issuer=client.client_id
        )
    except jwt.InvalidTokenError:
        return None
    now = store.now()
    is_timely = claims["exp"] > now - LEEWAY and claims.get("iat", now) <= now + LEEWAY
    return claims if claims["sub"] == client.client_id and is_timely else None


def _basic(header: str) -> tuple[str, str]:
    scheme, _, value = header.partition(" ")
    try:
        client_id, _, secret = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise _unauthorized() from None
    if scheme.lower() != "basic":
        raise _unauthorized()
    return unquote_plus(client_id), unquote_plus(secret)


def _unauthorized() -> OAuthError:
    return OAuthError("invalid_client", "Unauthorized", 401)
