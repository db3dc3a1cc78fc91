"""/dev/exchanges: what applications and the tenant said to each other."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from devtenant.current import store

blueprint = Blueprint("control_traffic", __name__)


@blueprint.get("/dev/exchanges")
def exchanges() -> Response:
    """Everything that nobody has taken yet; any page can make a browser look, so that changes nothing."""
    return jsonify(store().exchanges)


@blueprint.delete("/dev/exchanges")
def take_exchanges() -> Response:
    """The same, taken away, so that the next answer begins after it."""
    taken, store().exchanges = store().exchanges, []
    return jsonify(taken)
