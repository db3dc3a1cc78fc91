"""/userinfo: the person's claims, metered per person."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, request

from devtenant import ratelimit
from devtenant.bearer import BearerError, read_bearer
from devtenant.current import store
from devtenant.oidc import claims

blueprint = Blueprint("userinfo", __name__)


@blueprint.route("/userinfo", methods=["GET", "POST"])
def userinfo() -> Response:
    """Auth0 allows a person 5 calls a minute, after a burst of 10."""
    tenant = store()
    subject, scope, custom = _holder()
    user = tenant.users.get(subject)
    if user is None or "openid" not in scope.split():
        raise BearerError("Invalid token")
    taken = ratelimit.spend(tenant, "userinfo", subject)
    if not taken.allowed:
        answer = _refusal(429, "too_many_requests", "Rate limit exceeded.")
    else:
        answer = jsonify({**claims.profile(user, scope), **custom, "sub": user.user_id})
    answer.headers.update(taken.headers)
    return answer


@blueprint.errorhandler(BearerError)
def unauthorized(_error: BearerError) -> Response:
    """RFC 6750 section 3: a request without a token is told no error code."""
    answer = _refusal(401, "invalid_token", "The access token is invalid or has expired")
    detail = ' error="invalid_token"' if "Authorization" in request.headers else ""
    answer.headers["WWW-Authenticate"] = f"Bearer{detail}"
    return answer


def _holder() -> tuple[str, str, dict[str, Any]]:
    """Subject, scope and custom claims of an opaque token; a JWT that names /userinfo has kept none."""
    tenant, header = store(), request.headers.get("Authorization", "")
    opaque = tenant.access_tokens.get(header.partition(" ")[2])
    if opaque is None:
        bearer = read_bearer(tenant, header, tenant.audience("userinfo"))
        return bearer.subject, " ".join(bearer.scopes), {}
    if opaque.expires_at <= tenant.now():
        raise BearerError("Expired token")
    return opaque.user_id, opaque.scope, opaque.claims


def _refusal(status: int, error: str, description: str) -> Response:
    answer = jsonify({"error": error, "error_description": description})
    answer.status_code = status
    return answer
