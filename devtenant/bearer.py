"""Access tokens that this tenant issued, read back where one of its own APIs is called."""

from dataclasses import dataclass
from typing import Any

import jwt

from devtenant import keys
from devtenant.store import Store


class BearerError(Exception):
    """Why a request's token is of no use; the text is for the caller."""


@dataclass(frozen=True)
class Bearer:
    """Who is calling, for which application, with which scopes."""

    subject: str
    client_id: str
    scopes: frozenset[str]
    claims: dict[str, Any]


def read_bearer(store: Store, header: str, audience: str) -> Bearer:
    """Verify `Authorization` for one audience, on the tenant's own clock (RFC 6750, section 2.1)."""
    kind, _, token = header.partition(" ")
    if not token:
        raise BearerError("Missing authentication")
    if kind.lower() != "bearer":
        raise BearerError("Bad HTTP authentication header format")
    claims = _claims(store, token.strip())
    audiences = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
    if audience not in audiences:
        raise BearerError(f"Bad audience: {', '.join(audiences)}")
    if claims["exp"] <= store.now():
        raise BearerError("Expired token received for JSON Web Token validation")
    client_id = claims.get("azp") or claims.get("client_id") or claims["sub"].removesuffix("@clients")
    return Bearer(claims["sub"], client_id, frozenset(claims.get("scope", "").split()), claims)


def _claims(store: Store, token: str) -> dict[str, Any]:
    try:
        claims = keys.verified(store, token)
    except jwt.PyJWTError as error:
        raise BearerError("Invalid token") from error
    if claims.get("iss") != store.issuer or not {"aud", "exp", "sub"} <= claims.keys():
        raise BearerError("Invalid token")
    return claims
