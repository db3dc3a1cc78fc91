"""Refresh tokens: rotation, reuse detection, and the answer that a code and a refresh token share."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from devtenant.actions import refresh as action_refresh
from devtenant.oidc import claims, scopes, tokens
from devtenant.oidc.errors import OAuthError
from devtenant.records import Client, Code, RefreshToken, User
from devtenant.store import Store

# The My Account API's Default Policy: two factors within the last quarter of an hour.
DEFAULT_POLICY_SECONDS = 900


def answer(store: Store, grant: Code | RefreshToken, user: User, scope: str) -> dict[str, Any]:
    """The token response (RFC 6749 5.1; OpenID Connect Core 3.1.3.3)."""
    if isinstance(grant, Code):
        custom = grant.claims
    else:
        custom = action_refresh.claims(store, grant, user, scope)
        scope = " ".join(custom.scopes(scope.split()))
    access, lifetime = tokens.access_token(store, grant, user, scope, custom)
    body: dict[str, Any] = {"access_token": access}
    successor = _successor(store, grant) if "offline_access" in grant.scope.split() else None
    if successor:
        body["refresh_token"] = successor
    if "openid" in scope.split():
        body["id_token"] = tokens.id_token(store, claims.id_token(store, user, grant, scope, custom))
    return body | {"scope": scope, "expires_in": lifetime, "token_type": "Bearer"}


def redeem(store: Store, client: Client, value: str) -> RefreshToken:
    """A usable refresh token of this application. One that comes back used takes its family with it."""
    token = store.refresh_tokens.get(value)
    if token is None or token.client_id != client.client_id or token.revoked:
        raise _invalid()
    if token.used_at is not None and store.now() - token.used_at > store.settings.refresh_leeway:
        revoke_family(store, token)
        store.log("ferrt", "Reused rotating refresh token", user_id=token.user_id)
        raise _invalid()
    return token


def narrowed(
    store: Store, client: Client, old: RefreshToken, parameters: dict[str, str]
) -> tuple[RefreshToken, str]:
    """The grant to answer with: fewer scopes, or another audience where the application's policy has one."""
    audience = parameters.get("audience") or old.audience
    asked = parameters.get("scope", "").split()
    grant = old
    if audience != old.audience and audience in client.refresh_policies:
        policy = client.refresh_policies[audience]
        granted = [scope for scope in asked or policy if scope in policy or scope in scopes.OIDC]
        scope = " ".join(scopes.for_user(store, client, audience, granted))
        grant = replace(old, audience=audience)
    else:
        scope = " ".join(one for one in old.scope.split() if not asked or one in asked)
    _check_default_policy(store, grant)
    if client.rotate_refresh_tokens:
        old.used_at = store.now() if old.used_at is None else old.used_at
    return grant, scope


def revoke_family(store: Store, token: RefreshToken) -> None:
    """No token of this sign-in works any more."""
    for other in store.refresh_tokens.values():
        if other.family == token.family:
            other.revoked = True


def _successor(store: Store, grant: Code | RefreshToken) -> str | None:
    """The first token of a sign-in, or the next of a rotating one."""
    if isinstance(grant, RefreshToken):
        origin = store.refresh_tokens[grant.token]
        return tokens.refresh_token(store, origin) if origin.used_at is not None else None
    return tokens.refresh_token(store, grant)


def _check_default_policy(store: Store, grant: RefreshToken) -> None:
    if not (store.settings.default_policy and grant.audience == store.audience("me/")):
        return
    if grant.mfa_at is None or store.now() - grant.mfa_at > DEFAULT_POLICY_SECONDS:
        reason = "Two-factor authentication is required: start an interactive login"
        raise OAuthError("unmet_authentication_requirements", reason, 403)


def _invalid() -> OAuthError:
    return OAuthError("invalid_grant", "Unknown or invalid refresh token.", 403)
