"""`/actions`: post-login Actions made, changed, deployed, and bound in their order."""

from uuid import uuid4

from flask import Response, jsonify, request

from devtenant.actions import engine
from devtenant.current import store
from devtenant.management.action_shapes import Json, action_shape, binding_shape, version_shape
from devtenant.management.api import api, needs, record_write
from devtenant.management.errors import ManagementError, not_found
from devtenant.management.payload import FILLED, TEXT, body, flag, known_query, number, one_of, strict
from devtenant.records import Action, ActionVersion, Binding

TRIGGER = "post-login"
MOST_ACTIONS, MOST_BINDINGS = 100, 20
_TRIGGER = strict(["id"], id=one_of(TRIGGER), version=TEXT)
_SECRET = strict(["name", "value"], name=FILLED, value=FILLED)
_MEMBERS = {
    "name": FILLED,
    "supported_triggers": {"type": "array", "minItems": 1, "maxItems": 1, "items": _TRIGGER},
    "code": TEXT,
    "runtime": one_of("node18", "node22"),
    "dependencies": {"type": "array", "maxItems": 0},
    "secrets": {"type": "array", "maxItems": 30, "items": _SECRET},
}
_REF = strict(["type", "value"], type=one_of("action_id", "action_name", "binding_id"), value=FILLED)
_BINDING = strict(["ref"], ref=_REF, display_name=FILLED)
_BINDINGS = strict(["bindings"], bindings={"type": "array", "items": _BINDING})


@api.get("/actions/actions")
@needs("read:actions")
def list_actions() -> Response:
    known_query("triggerId", "actionName", "deployed", "page", "per_page", "installed")
    name = request.args.get("actionName")
    found = [action for action in store().actions.values() if name in (None, action.name)]
    return jsonify(_page([action_shape(action) for action in found], "actions"))


@api.post("/actions/actions")
@needs("create:actions")
def create_action() -> tuple[Response, int]:
    sent, now = body(strict(["name", "supported_triggers"], **_MEMBERS)), store().now()
    _check_name(sent["name"])
    if len(store().actions) >= MOST_ACTIONS:
        raise ManagementError(400, "The limit of Actions has been reached.", "too_many_actions")
    action = Action(str(uuid4()), sent["name"], now, now)
    _change(action, sent)
    store().actions[action.id] = action
    record_write("Create an Action")
    return jsonify(action_shape(action)), 201


@api.get("/actions/actions/<action_id>")
@needs("read:actions")
def get_action(action_id: str) -> Response:
    """The first look finds it still building, as somebody does who looks at once; the second one built."""
    action = _action_or_404(action_id)
    shown = action_shape(action)
    action.is_built = engine.problem_of(action.code) is None
    return jsonify(shown)


@api.patch("/actions/actions/<action_id>")
@needs("update:actions")
def update_action(action_id: str) -> Response:
    action, sent = _action_or_404(action_id), body(strict(**_MEMBERS))
    if sent.get("name", action.name) != action.name:
        _check_name(sent["name"])
    _change(action, sent)
    record_write("Update an Action")
    return jsonify(action_shape(action))


@api.delete("/actions/actions/<action_id>")
@needs("delete:actions")
def delete_action(action_id: str) -> tuple[str, int]:
    known_query("force")
    action, bindings = _action_or_404(action_id), store().bindings
    if any(binding.action_id == action.id for binding in bindings) and not flag("force"):
        raise ManagementError(400, "The Action is bound to a trigger.", "action_bound")
    store().bindings = [binding for binding in bindings if binding.action_id != action.id]
    del store().actions[action.id]
    record_write("Delete an Action")
    return "", 204


@api.post("/actions/actions/<action_id>/deploy")
@needs("create:actions")
def deploy_action(action_id: str) -> tuple[Response, int]:
    action = _action_or_404(action_id)
    if not action.is_built:
        message = "A draft must be in the 'built' state before it can be deployed."
        raise ManagementError(400, message, "draft_not_built")
    action.versions += 1
    action.deployed = ActionVersion(
        str(uuid4()), action.versions, action.code, store().now(), dict(action.secrets)
    )
    record_write("Deploy an Action")
    return jsonify(version_shape(action, action.deployed)), 202


@api.get("/actions/triggers/<any('post-login'):trigger>/bindings")
@needs("read:actions")
def list_bindings(trigger: str) -> Response:  # noqa: ARG001  # the address has it
    known_query("page", "per_page")
    return jsonify(_page([_shown(binding) for binding in store().bindings], "bindings"))


@api.patch("/actions/triggers/<any('post-login'):trigger>/bindings")
@needs("update:actions")
def set_bindings(trigger: str) -> Response:  # noqa: ARG001  # the address has it
    """Replace the whole list, in this order."""
    wanted = body(_BINDINGS)["bindings"]
    if len(wanted) > MOST_BINDINGS:
        raise ManagementError(400, "The limit of bindings has been reached.", "too_many_bindings")
    store().bindings = [_binding(each) for each in wanted]
    record_write("Update trigger bindings")
    return jsonify(bindings=[_shown(binding) for binding in store().bindings])


def _change(action: Action, sent: Json) -> None:
    action.name, action.code = sent.get("name", action.name), sent.get("code", action.code)
    action.runtime = sent.get("runtime", action.runtime)
    for trigger in sent.get("supported_triggers", ()):
        action.trigger_version = trigger.get("version", action.trigger_version)
    if "secrets" in sent:
        action.secrets = {secret["name"]: secret["value"] for secret in sent["secrets"]}
    action.is_built, action.updated_at = False, store().now()


def _binding(wanted: Json) -> Binding:
    ref = wanted["ref"]
    known = next((each for each in store().bindings if _is_meant(each, ref)), None)
    action = store().actions[known.action_id] if known else _named(ref)
    if action.deployed is None:
        message = "Trying to create a binding for an action that has not been deployed."
        raise ManagementError(400, message, "action_not_deployed")
    name = wanted.get("display_name") or (known.display_name if known else action.name)
    return Binding(known.id if known else str(uuid4()), action.id, name, store().now())


def _is_meant(binding: Binding, ref: Json) -> bool:
    action = store().actions[binding.action_id]
    names = {"binding_id": binding.id, "action_id": action.id, "action_name": action.name}
    return bool(ref["value"] == names[ref["type"]])


def _named(ref: Json) -> Action:
    for action in store().actions.values():
        if ref["value"] == {"action_id": action.id, "action_name": action.name}.get(ref["type"]):
            return action
    raise ManagementError(400, "A binding names an Action that does not exist.", "unknown_action")


def _shown(binding: Binding) -> Json:
    return binding_shape(binding, store().actions[binding.action_id])


def _check_name(name: str) -> None:
    if any(action.name == name for action in store().actions.values()):
        raise ManagementError(400, "An Action with this name exists already.", "name_taken")


def _action_or_404(action_id: str) -> Action:
    action = store().actions.get(action_id)
    if action is None:
        raise not_found("Action")
    return action


def _page(items: list[Json], name: str) -> Json:
    at, size = number("page", 0, 0, 10_000), number("per_page", 20, 1, 100)
    return {"total": len(items), "page": at, "per_page": size, name: items[at * size : (at + 1) * size]}
