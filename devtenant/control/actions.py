"""/dev/actions and /dev/risk: which Actions run at the next sign-in, and what Adaptive MFA says of it.

Both take JSON from programs, and forms from the page that people see at /dev/actions.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import uuid4

from flask import Blueprint, Response, jsonify, make_response, redirect, render_template, request, url_for
from werkzeug import Response as Redirect

from devtenant.control import body
from devtenant.control.checks import ControlError
from devtenant.current import store
from devtenant.records import Action, ActionVersion, Binding, Risk

blueprint = Blueprint("control_actions", __name__)
blueprint.register_error_handler(ControlError, body.refusal)

NOTHING = "nothing"
# What the page offers; a program says any.
PRESETS = {
    NOTHING: None,
    "a known device": Risk("high", {"NewDevice": {"confidence": "high", "code": "match"}}),
    "a new device": Risk("low", {"NewDevice": {"confidence": "low", "code": "no_match"}}),
    "an impossible journey": Risk(
        "low", {"ImpossibleTravel": {"confidence": "low", "code": "impossible_travel_from_last_login"}}
    ),
    "an address on a deny list": Risk(
        "low", {"UntrustedIP": {"confidence": "low", "code": "found_on_deny_list"}}
    ),
}


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
    """What is there, what is bound, and the code that runs where it is."""
    return _page() if "text/html" in request.headers.get("Accept", "") else _told()


@blueprint.post("/dev/actions")
def change_actions() -> Response | Redirect:
    """Deploy and bind at once, past the Management API; `keep` has every reset come back to it."""
    if request.form:
        _bind(request.form.getlist("bindings"))
        return redirect(url_for("control_actions.actions"), 303)
    order = body.made(Order, body.one())
    if order.name:
        _deploy(order)
    if order.bindings is not None:
        _bind(order.bindings)
    if order.keep:
        store().keep_actions()
    return _told()


@blueprint.get("/dev/risk")
def risk() -> Response:
    """What the next sign-in is said to be like: {"confidence", "assessments": {name: {…}}}, or null."""
    return jsonify(store().risk)


@blueprint.post("/dev/risk")
def set_risk() -> Response | Redirect:
    """Say what it is like; {} says nothing, as on a plan without Adaptive MFA."""
    if "preset" in request.form:
        store().risk = PRESETS.get(request.form["preset"])
        return redirect(url_for("control_actions.actions"), 303)
    order = body.one()
    store().risk = body.made(Risk, order) if order else None
    return risk()


def _told() -> Response:
    names = {action.id: action.name for action in store().actions.values()}
    bound = [names[binding.action_id] for binding in store().bindings]
    running = {each.name: each.deployed.code for each in store().actions.values() if each.deployed}
    return jsonify({"actions": list(names.values()), "bindings": bound, "running": running})


def _page() -> Response:
    """What is bound comes first, in its order, and what is bound by a form follows the order of the page."""
    bound = [binding.action_id for binding in store().bindings]
    others = [action_id for action_id in store().actions if action_id not in bound]
    chosen = next((name for name, preset in PRESETS.items() if preset == store().risk), NOTHING)
    answer = make_response(
        render_template(
            "actions.html",
            actions=[store().actions[each] for each in (*bound, *others)],
            bound=bound,
            presets=list(PRESETS),
            chosen=chosen,
        )
    )
    # Under no-referrer a form's Origin would be "null", which the control endpoints take for a foreign page.
    answer.headers["Referrer-Policy"] = "same-origin"
    return answer


def _deploy(order: Order) -> None:
    now = store().now()
    known = next((each for each in store().actions.values() if each.name == order.name), None)
    action = known or Action(str(uuid4()), order.name, now, now)
    action.code, action.secrets, action.updated_at, action.is_built = order.code, order.secrets, now, True
    action.versions += 1
    action.deployed = ActionVersion(str(uuid4()), action.versions, order.code, now, dict(order.secrets))
    store().actions[action.id] = action


def _bind(names: list[str]) -> None:
    store().bindings = [_binding(name) for name in names]


def _binding(name: str) -> Binding:
    action = next((each for each in store().actions.values() if each.name == name), None)
    if action is None:
        raise ControlError(f"no Action is called {name}")
    return Binding(str(uuid4()), action.id, name, store().now())
