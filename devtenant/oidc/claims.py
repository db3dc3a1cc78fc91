"""What the tokens say, as Auth0 forms them."""

from __future__ import annotations

from typing import Any

from devtenant.actions.claims import allowed
from devtenant.records import Code, CustomClaims, RefreshToken, User
from devtenant.store import Store, iso

PAPE_MFA = "http://schemas.openid.net/pape/policies/2007/06/multi-factor"
PROFILE = ("nickname", "name", "picture", "given_name", "family_name")


def profile(user: User, scope: str) -> dict[str, Any]:
    """The person's claims that these scopes open."""
    scopes, claims = scope.split(), {}
    for name in PROFILE:
        if getattr(user, name) and ("profile" in scopes or name in scopes):
            claims[name] = getattr(user, name)
    if "profile" in scopes:
        claims["updated_at"] = iso(user.updated_at)
    if "email" in scopes:
        claims |= {"email": user.email, "email_verified": user.email_verified}
    return claims


def id_token(
    store: Store, user: User, grant: Code | RefreshToken, scope: str, custom: CustomClaims
) -> dict[str, Any]:
    """The ID token. `amr` and `acr` tell of a challenge passed in this very transaction only."""
    now = int(store.now())
    claims = (
        profile(user, scope)
        | _unstripped(custom.id_token, scope)
        | {
            "iss": store.issuer,
            "aud": grant.client_id,
            "sub": user.user_id,
            "iat": now,
            "exp": now + store.settings.id_token_lifetime,
            "sid": grant.sid,
        }
    )
    return claims | _transaction(grant) if isinstance(grant, Code) else claims


def access_token(
    store: Store,
    audience: str,
    scope: str,
    *,
    client_id: str,
    user: User | None,
    gty: str | None = None,
    custom: CustomClaims | None = None,
) -> dict[str, Any]:
    """An API's access token in Auth0's own profile: no `amr`, no `acr`, no `auth_time`."""
    now, api = int(store.now()), store.apis[audience]
    claims: dict[str, Any] = {
        "iss": store.issuer,
        "sub": user.user_id if user else f"{client_id}@clients",
        "aud": audience,
        "iat": now,
        "exp": now + api.lifetime,
        "scope": scope,
        "azp": client_id,
    }
    if gty:
        claims["gty"] = gty
    if custom:
        claims = allowed(custom.access_token, private_names=not api.system) | claims
    if user and not api.system and "openid" in scope.split():
        claims["aud"] = [audience, store.audience("userinfo")]
    return claims


def _unstripped(custom: dict[str, Any], scope: str) -> dict[str, Any]:
    """Custom claims, without the profile's own names that their scope was not asked for."""
    hidden = set() if "profile" in scope.split() else {*PROFILE, "updated_at"}
    hidden |= set() if "email" in scope.split() else {"email", "email_verified"}
    return {name: value for name, value in allowed(custom).items() if name not in hidden}


def _transaction(code: Code) -> dict[str, Any]:
    claims: dict[str, Any] = {}
    if code.nonce is not None:
        claims["nonce"] = code.nonce
    if code.auth_time is not None:
        claims["auth_time"] = int(code.auth_time)
    if code.mfa:
        claims |= {"acr": PAPE_MFA, "amr": ["mfa"]}
    return claims
