"""Making tokens; the ID token may be spoiled on demand."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from typing import Any

from cryptography.hazmat.primitives import serialization

from devtenant import keys
from devtenant.actions.claims import allowed
from devtenant.oidc import claims as claims_of
from devtenant.records import AccessToken, Code, CustomClaims, RefreshToken, SigningKey, TokenFault, User
from devtenant.store import Store, new_id

OPAQUE_LIFETIME = 86400


def access_token(
    store: Store, grant: Code | RefreshToken, user: User, scope: str, custom: CustomClaims
) -> tuple[str, int]:
    """A JWT for an API, an opaque token for /userinfo; with its lifetime."""
    if grant.audience in store.apis:
        gty = "refresh_token" if isinstance(grant, RefreshToken) else None
        claims = claims_of.access_token(
            store, grant.audience, scope, client_id=grant.client_id, user=user, gty=gty, custom=custom
        )
        return keys.sign(keys.current(store), claims), store.apis[grant.audience].lifetime
    token = secrets.token_urlsafe(32)
    expires_at = store.now() + OPAQUE_LIFETIME
    store.access_tokens[token] = AccessToken(
        token, grant.client_id, user.user_id, scope, expires_at, grant.sid, allowed(custom.id_token)
    )
    return token, OPAQUE_LIFETIME


def refresh_token(store: Store, grant: Code | RefreshToken) -> str:
    """A new refresh token: first of its family, or the successor of a used one."""
    token = f"v1.{secrets.token_urlsafe(48)}"
    family = grant.family if isinstance(grant, RefreshToken) else new_id("family")
    store.refresh_tokens[token] = RefreshToken(
        token,
        family,
        grant.client_id,
        grant.user_id,
        grant.sid,
        grant.scope,
        grant.audience,
        store.now(),
        grant.mfa_at,
    )
    return token


def id_token(store: Store, claims: dict[str, Any]) -> str:
    """A signed ID token, or the spoiled one that was ordered through /dev/tokens."""
    return spoiled(store, claims, store.token_faults.pop(0) if store.token_faults else TokenFault())


def spoiled(store: Store, claims: dict[str, Any], fault: TokenFault) -> str:
    """A token with what is wrong with it."""
    claims = {name: value for name, value in {**claims, **fault.set}.items() if name not in fault.drop}
    key = _key(store, fault.key)
    if fault.alg == "none":
        return _compact({"alg": "none", "typ": "JWT", "kid": key.kid}, claims) + "."
    if fault.alg == "HS256":
        return _confused(key, claims)
    return keys.sign(key, claims, fault.header)


def _key(store: Store, name: str | None) -> SigningKey:
    if name == "unknown":
        return keys.fresh("unknown")
    if name == "wrong":
        return SigningKey(keys.current(store).kid, keys.fresh("wrong").pem, "wrong")
    return keys.in_state(store, name or "current")


def _confused(key: SigningKey, claims: dict[str, Any]) -> str:
    """The old trick of signing by HMAC with the public key as its secret (RFC 8725 section 2.1)."""
    secret = keys.public_key(key).public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    unsigned = _compact({"alg": "HS256", "typ": "JWT", "kid": key.kid}, claims)
    return f"{unsigned}.{_b64(hmac.new(secret, unsigned.encode(), hashlib.sha256).digest())}"


def _compact(header: dict[str, Any], claims: dict[str, Any]) -> str:
    return f"{_b64(json.dumps(header).encode())}.{_b64(json.dumps(claims).encode())}"


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
