"""OAuth refusals: as JSON at the token endpoint, as a redirect from /authorize."""

from __future__ import annotations

from flask import Response, jsonify


class OAuthError(Exception):
    """A refusal under one of the names of RFC 6749 or of Auth0."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(error)
        self.error = error
        self.description = description
        self.status = status


def as_json(refusal: OAuthError) -> Response:
    """The refusal as a body."""
    answer = jsonify({"error": refusal.error, "error_description": refusal.description})
    answer.status_code = refusal.status
    answer.headers["Cache-Control"] = "no-store"
    return answer
