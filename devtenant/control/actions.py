"""/dev/actions and /dev/risk: which Actions run at the next sign-in, and what Adaptive MFA says of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import uuid4

from flask import Blueprint, Response, jsonify

from devtenant.control import body
from devtenant.control.checks import ControlError
from devtenant.current import store
from devtenant.records import Action, ActionVersion, Binding, Risk

blueprint = Blueprint("control_actions", __name__)
blueprint.register_error_handler(ControlError, body.refusal)


@dataclass
class Order:
    """Code to deploy under a name, and the names to bind in their order; what is not said stays."""

    name: str = ""
    code: str = ""
    secrets: dict[str, str] = field(default_factory=dict)
    bindings: list[str] | None = None
    keep: bool = False


@blueprint.get("/dev/actions")
def actions() -> Response:
    """What is there, and what is bound."""
    names = {action.id: action.name for action in store().actions.values()}
    bound = [names[binding.action_id] for binding in store().bindings]
    return jsonify({"actions": list(names.values()), "bindings": bound})


@blueprint.post("/dev/actions")
def change_actions() -> Response:
    """Deploy and bind at once, past the Management API; `keep` has every reset come back to it."""
    order = body.made(Order, body.one())
    if order.name:
        _deploy(order)
    if order.bindings is not None:
        store().bindings = [_binding(name) for name in order.bindings]
    if order.keep:
        store().keep_actions()
    return actions()


@blueprint.get("/dev/risk")
def risk() -> Response:
    """What the next sign-in is said to be like: {"confidence", "assessments": {name: {…}}}, or null."""
    return jsonify(store().risk)


@blueprint.post("/dev/risk")
def set_risk() -> Response:
    """Say what it is like; {} says nothing, as on a plan without Adaptive MFA."""
    order = body.one()
    store().risk = body.made(Risk, order) if order else None
    return risk()


def _deploy(order: Order) -> None:
    now = store().now()
    known = next((each for each in store().actions.values() if each.name == order.name), None)
    action = known or Action(str(uuid4()), order.name, now, now)
    action.code, action.secrets, action.updated_at, action.is_built = order.code, order.secrets, now, True
    action.versions += 1
    action.deployed = ActionVersion(str(uuid4()), action.versions, order.code, now, dict(order.secrets))
    store().actions[action.id] = action


def _binding(name: str) -> Binding:
    action = next((each for each in store().actions.values() if each.name == name), None)
    if action is None:
        raise ControlError(f"no Action is called {name}")
    return Binding(str(uuid4()), action.id, name, store().now())
