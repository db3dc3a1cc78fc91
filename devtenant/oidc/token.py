"""/oauth/token."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, request

from devtenant.current import store
from devtenant.oidc import clients
from devtenant.oidc.errors import OAuthError, as_json
from devtenant.oidc.grants import GRANTS

blueprint = Blueprint("token", __name__)
blueprint.register_error_handler(OAuthError, as_json)


@blueprint.post("/oauth/token")
def token() -> Response:
    """Tokens for a grant."""
    tenant, parameters = store(), form()
    kind = parameters.get("grant_type")
    if not kind:
        raise OAuthError("invalid_request", "Missing required parameter: grant_type")
    client = clients.authenticate(tenant, request, parameters)
    if kind not in GRANTS:
        raise OAuthError("unsupported_grant_type", f"Unsupported grant type: {kind}")
    if kind not in client.grant_types:
        reason = f"Grant type '{kind}' not allowed for the client."
        raise OAuthError("unauthorized_client", reason, 403)
    answer = jsonify(GRANTS[kind](tenant, client, parameters))
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Pragma"] = "no-cache"
    return answer


def form() -> dict[str, str]:
    """The parameters, form-encoded or as JSON: Auth0 takes both. A parameter sent twice is refused."""
    if request.is_json:
        body: Any = request.get_json(silent=True)
        if not isinstance(body, dict):
            raise OAuthError("invalid_request", "The body is not a JSON object")
        return {name: value for name, value in body.items() if isinstance(value, str)}
    if any(len(values) > 1 for _, values in request.form.lists()):
        raise OAuthError("invalid_request", "A parameter is repeated")
    return request.form.to_dict()
