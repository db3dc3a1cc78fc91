"""Checks the signature of a logout token by the tenant's keys."""

import time
from threading import Lock
from typing import Any

import jwt
from django.utils import timezone

from accounts.auth0.cache_outage import outage
from accounts.auth0.logout_token import LogoutToken, LogoutTokenError, check_type, logout_from_claims
from accounts.auth0.metadata import FLOOR_OF_LOGOUTS
from accounts.auth0.tenant import current_tenant, web_client
from accounts.login.tenant_calls import TenantCalls

# One place judges these: `logout_from_claims`.
JUDGED_LATER = ("aud", "iss", "exp", "iat", "nbf", "sub", "jti")
UNCHECKED: Any = {f"verify_{name}": False for name in JUDGED_LATER}
# What PyJWT, and the JSON in it, trip over.
NONSENSE = (jwt.PyJWTError, ValueError, TypeError, LookupError, AttributeError, RecursionError)


class KeysUnknownError(Exception):
    """The keys could not be had, which says nothing of the token."""


class _WithoutCache:
    """Lets this process look the keys up once in a while where there is no cache that could count."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._next = 0.0

    def lets_through(self) -> bool:
        with self._lock:
            now = time.monotonic()
            if now < self._next:
                return False
            self._next = now + FLOOR_OF_LOGOUTS.seconds
            return True


without_cache = _WithoutCache()


def read_logout_token(backend: TenantCalls, text: str) -> LogoutToken:
    """Return what a token says; raises `LogoutTokenError`, `KeysUnknownError` or social-core's own."""
    key = _key(backend, _header(text))
    try:
        claims = jwt.decode(text, jwt.PyJWK(key).key, algorithms=["RS256"], options=UNCHECKED)
    except NONSENSE:
        raise LogoutTokenError("signature") from None
    tenant, client_id = current_tenant(), web_client().client_id
    return logout_from_claims(claims, issuer=tenant.issuer, client_id=client_id, now=timezone.now())


def _header(text: str) -> dict[str, Any]:
    try:
        header = jwt.get_unverified_header(text)
    except NONSENSE:
        raise LogoutTokenError("header") from None
    check_type(header)
    return header


def _key(backend: TenantCalls, header: dict[str, Any]) -> dict[str, Any]:
    kid = header.get("kid")
    if not isinstance(kid, str):
        raise LogoutTokenError("kid")
    if outage.is_on and not without_cache.lets_through():
        raise KeysUnknownError
    key = backend.key_of_logout(kid)
    if key is None:
        raise LogoutTokenError("kid")
    return key
