"""The grants of /oauth/token, each a function from an authenticated application to a token answer."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable
from typing import Any

from devtenant import keys
from devtenant.oidc import claims, refresh, scopes
from devtenant.oidc.errors import OAuthError
from devtenant.records import Client, Code, User
from devtenant.store import Store

Parameters = dict[str, str]
Answer = dict[str, Any]


def authorization_code(store: Store, client: Client, parameters: Parameters) -> Answer:
    """Trade a code for tokens, once (RFC 6749 4.1.3, RFC 7636 4.6)."""
    code = _redeem(store, client, _required(parameters, "code"))
    if _required(parameters, "redirect_uri") != code.redirect_uri:
        raise _invalid("The redirect URI is wrong. It must be the one the authorization request named.")
    _check_verifier(code, parameters.get("code_verifier"))
    user = active(store, code.user_id)
    store.log("seacft", "Authorization code exchanged", user_id=user.user_id)
    answer = refresh.answer(store, code, user, code.scope)
    if not code.scope_changed:
        answer.pop("scope")
    return answer


def refresh_token(store: Store, client: Client, parameters: Parameters) -> Answer:
    """Trade a refresh token, which rotates (RFC 6749 6)."""
    old = refresh.redeem(store, client, _required(parameters, "refresh_token"))
    user = active(store, old.user_id)
    grant, scope = refresh.narrowed(store, client, old, parameters)
    store.log("sertft", "Refresh token exchanged", user_id=user.user_id)
    return refresh.answer(store, grant, user, scope)


def client_credentials(store: Store, client: Client, parameters: Parameters) -> Answer:
    """A token of the application's own (RFC 6749 4.4); Auth0 wants the audience named."""
    audience = _required(parameters, "audience")
    granted = scopes.for_client(store, client, audience, parameters.get("scope", "").split())
    body = claims.access_token(
        store, audience, " ".join(granted), client_id=client.client_id, user=None, gty="client-credentials"
    )
    store.log("seccft", "Client credentials exchanged", client_id=client.client_id)
    return {
        "access_token": keys.sign(keys.current(store), body),
        "scope": body["scope"],
        "expires_in": store.apis[audience].lifetime,
        "token_type": "Bearer",
    }


GRANTS: dict[str, Callable[[Store, Client, Parameters], Answer]] = {
    "authorization_code": authorization_code,
    "refresh_token": refresh_token,
    "client_credentials": client_credentials,
}


def active(store: Store, user_id: str) -> User:
    """The person behind a grant, who may have been blocked or deleted meanwhile."""
    user = store.users.get(user_id)
    if user is None:
        raise _invalid("Unknown user")
    if user.blocked:
        raise OAuthError("unauthorized", "user is blocked", 403)
    return user


def _redeem(store: Store, client: Client, value: str) -> Code:
    code = store.codes.get(value)
    expired = code is not None and store.now() - code.created_at > store.settings.code_lifetime
    if code is None or code.used or code.client_id != client.client_id or expired:
        store.log("feacft", "Invalid authorization code")
        raise _invalid("Invalid authorization code")
    code.used = True
    return code


def _check_verifier(code: Code, verifier: str | None) -> None:
    """A verifier without a challenge is refused as well: somebody stripped the challenge (RFC 9700 2.1.1)."""
    if code.code_challenge is None and verifier is None:
        return
    computed = verifier or ""
    if code.code_challenge_method == "S256":
        digest = hashlib.sha256(computed.encode()).digest()
        computed = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    if not verifier or not hmac.compare_digest(computed.encode(), (code.code_challenge or "").encode()):
        raise _invalid("Failed to verify code verifier")


def _required(parameters: Parameters, name: str) -> str:
    if not parameters.get(name):
        raise OAuthError("invalid_request", f"Missing required parameter: {name}")
    return parameters[name]


def _invalid(description: str) -> OAuthError:
    return OAuthError("invalid_grant", description)
