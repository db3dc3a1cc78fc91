"""/oauth/revoke: end a refresh token and all that came from the same sign-in (RFC 7009)."""

from __future__ import annotations

from flask import Blueprint, Response, request

from devtenant.current import store
from devtenant.oidc import clients, refresh
from devtenant.oidc.errors import OAuthError, as_json
from devtenant.oidc.token import form

blueprint = Blueprint("revoke", __name__)
blueprint.register_error_handler(OAuthError, as_json)


@blueprint.post("/oauth/revoke")
def revoke() -> Response:
    """Answer 200 for an unknown token too, as the RFC says."""
    tenant, parameters = store(), form()
    client = clients.authenticate(tenant, request, parameters)
    if not parameters.get("token"):
        raise OAuthError("invalid_request", "Missing required parameter: token")
    token = tenant.refresh_tokens.get(parameters["token"])
    if token and token.client_id != client.client_id:
        raise OAuthError("invalid_request", "The token was issued to another client")
    if token:
        refresh.revoke_family(tenant, token)
        tenant.log("srrt", "Refresh token revoked", user_id=token.user_id)
    return Response("OK", content_type="text/plain; charset=utf-8")
