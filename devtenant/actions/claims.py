"""Which custom claims get into a token: names that Auth0 keeps for itself are dropped without a word."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

_REGISTERED = ("aud", "azp", "cnf", "exp", "iat", "iss", "jti", "nbf", "scope", "sub")
_OPENID = ("acr", "act", "amr", "at_hash", "auth_time", "c_hash", "events", "nonce", "sid")
_OWN = ("groups", "gty", "org_id", "org_name", "permissions", "roles")
RESTRICTED = {*_REGISTERED, *_OPENID, *_OWN}
AUTH0 = ("auth0.com", "webtask.io", "webtask.run")


def allowed(claims: dict[str, Any], *, private_names: bool = True) -> dict[str, Any]:
    """The claims that a token may carry; a token for one of Auth0's own APIs takes no private names."""
    return {name: value for name, value in claims.items() if _is_allowed(name, private_names)}


def _is_allowed(name: str, private_names: bool) -> bool:
    host = urlsplit(name).hostname
    if host is None:
        return private_names and name not in RESTRICTED
    return not any(host == own or host.endswith(f".{own}") for own in AUTH0)
