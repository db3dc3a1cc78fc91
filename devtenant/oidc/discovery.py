"""Discovery document and key set (OpenID Connect Discovery 1.0): only what this tenant really serves."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify

from devtenant import keys
from devtenant.current import store

blueprint = Blueprint("discovery", __name__)

ENDPOINTS = {
    "authorization_endpoint": "authorize",
    "token_endpoint": "oauth/token",
    "userinfo_endpoint": "userinfo",
    "jwks_uri": ".well-known/jwks.json",
    "revocation_endpoint": "oauth/revoke",
    "end_session_endpoint": "oidc/logout",
}
SUPPORTED: dict[str, Any] = {
    "scopes_supported": [
        "openid",
        "profile",
        "offline_access",
        "name",
        "given_name",
        "family_name",
        "nickname",
        "email",
        "email_verified",
        "picture",
        "created_at",
        "identities",
        "phone",
        "address",
    ],
    "response_types_supported": ["code"],
    "response_modes_supported": ["query"],
    "subject_types_supported": ["public"],
    "id_token_signing_alg_values_supported": ["RS256"],
    "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "private_key_jwt"],
    "token_endpoint_auth_signing_alg_values_supported": ["RS256"],
    "claims_supported": [
        "aud",
        "auth_time",
        "created_at",
        "email",
        "email_verified",
        "exp",
        "family_name",
        "given_name",
        "iat",
        "identities",
        "iss",
        "name",
        "nickname",
        "phone_number",
        "picture",
        "sub",
    ],
    "backchannel_logout_supported": True,
    "backchannel_logout_session_supported": True,
    "code_challenge_methods_supported": ["S256", "plain"],
    "request_uri_parameter_supported": False,
    "request_parameter_supported": False,
}


@blueprint.get("/.well-known/openid-configuration")
@blueprint.get("/.well-known/oauth-authorization-server")
def configuration() -> Response:
    """Where everything is."""
    tenant = store()
    endpoints = {name: tenant.audience(path) for name, path in ENDPOINTS.items()}
    named = {"authorization_response_iss_parameter_supported": True} if tenant.settings.names_issuer else {}
    return _cached(jsonify({"issuer": tenant.issuer, **endpoints, **SUPPORTED, **named}))


@blueprint.get("/.well-known/jwks.json")
def key_set() -> Response:
    """The keys that tokens are checked with."""
    return _cached(jsonify(keys.jwks(store())))


def _cached(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "public, max-age=15, stale-while-revalidate=15, stale-if-error=86400"
    return answer
