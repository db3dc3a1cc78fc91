"""/dev/exchanges: what applications and the tenant said to each other."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from devtenant.app import store

blueprint = Blueprint("control_traffic", __name__)


@blueprint.get("/dev/exchanges")
def exchanges() -> Response:
    """Everything since the last time this was asked; asking takes it."""
    taken, store().exchanges = store().exchanges, []
    return jsonify(taken)
