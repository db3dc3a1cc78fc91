"""Client authentication at the token endpoint: by the one method the application is set to (RFC 6749 2.3)."""

from __future__ import annotations

import base64
import binascii
import hmac
from urllib.parse import unquote_plus

from flask import Request

from devtenant.oidc.errors import OAuthError
from devtenant.records import Client
from devtenant.store import Store


def authenticate(store: Store, request: Request, parameters: dict[str, str]) -> Client:
    """The application that asks, or `invalid_client`."""
    header = request.headers.get("Authorization", "")
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
