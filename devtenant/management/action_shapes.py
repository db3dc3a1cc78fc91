"""Actions, their versions and their bindings, as the Management API shows them; values of secrets never."""

from typing import Any

from devtenant.records import Action, ActionVersion, Binding
from devtenant.store import iso

Json = dict[str, Any]


def action_shape(action: Action) -> Json:
    """The draft, with the version that is deployed."""
    shown = action_base(action) | {
        "code": action.code,
        "dependencies": [],
        "runtime": action.runtime,
        "status": "built" if action.is_built else "pending",
        "secrets": _secrets(action.secrets, action.updated_at),
    }
    if action.deployed:
        shown["deployed_version"] = version_shape(action, action.deployed)
    return shown


def action_base(action: Action) -> Json:
    """What names an Action."""
    return {
        "id": action.id,
        "name": action.name,
        "supported_triggers": [{"id": action.trigger, "version": action.trigger_version}],
        "created_at": iso(action.created_at),
        "updated_at": iso(action.updated_at),
        "all_changes_deployed": action.is_current,
    }


def version_shape(action: Action, version: ActionVersion) -> Json:
    """A deployed version."""
    return {
        "id": version.id,
        "action_id": action.id,
        "code": version.code,
        "dependencies": [],
        "runtime": action.runtime,
        "deployed": action.deployed is version,
        "number": version.number,
        "status": "built",
        "secrets": _secrets(version.secrets, version.created_at),
        "created_at": iso(version.created_at),
        "built_at": iso(version.created_at),
        "supported_triggers": [{"id": action.trigger, "version": action.trigger_version}],
    }


def binding_shape(binding: Binding, action: Action) -> Json:
    """A place in the flow."""
    return {
        "id": binding.id,
        "trigger_id": action.trigger,
        "display_name": binding.display_name,
        "action": action_base(action),
        "created_at": iso(binding.created_at),
        "updated_at": iso(binding.created_at),
    }


def _secrets(secrets: dict[str, str], at: float) -> list[Json]:
    return [{"name": name, "updated_at": iso(at)} for name in secrets]
