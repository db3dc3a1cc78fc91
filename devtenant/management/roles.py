"""Roles, and who has which."""

import hashlib
from typing import Any

from flask import Response, jsonify, request

from devtenant.current import store
from devtenant.management.api import api, needs, record_write, user_or_404
from devtenant.management.errors import ManagementError, conflict, not_found
from devtenant.management.payload import FILLED, TEXT, body, known_query, page, strict

Role = dict[str, Any]
_ROLES = strict(["roles"], roles={"type": "array", "items": FILLED, "minItems": 1})


@api.get("/roles")
@needs("read:roles")
def list_roles() -> Response:
    known_query("page", "per_page", "include_totals", "name_filter")
    wanted = request.args.get("name_filter", "").lower()
    return jsonify(page([role for role in _roles() if wanted in role["name"].lower()], "roles"))


@api.post("/roles")
@needs("create:roles")
def create_role() -> Response:
    """Answers 200 and not 201, as Auth0 does."""
    sent = body(strict(["name"], name=FILLED, description=TEXT))
    if any(role["name"] == sent["name"] for role in _roles()):
        raise conflict("The role already exists.")
    role = _role(sent["name"], sent.get("description", ""))
    store().data.setdefault("roles", {})[role["id"]] = role
    record_write("Create a role")
    return jsonify(role)


@api.get("/roles/<role_id>")
@needs("read:roles")
def get_role(role_id: str) -> Response:
    return jsonify(_role_or_404(role_id))


@api.delete("/roles/<role_id>")
@needs("delete:roles")
def delete_role(role_id: str) -> tuple[str, int]:
    role = _role_or_404(role_id)
    store().data.setdefault("roles", {}).pop(role_id, None)
    for user in store().users.values():
        user.roles = [name for name in user.roles if name != role["name"]]
    record_write("Delete a role")
    return "", 200


@api.get("/users/<user_id>/roles")
@needs("read:users", "read:roles", "read:role_members", every=True)
def user_roles(user_id: str) -> Response:
    known_query("page", "per_page", "include_totals")
    names = user_or_404(user_id).roles
    return jsonify(page([_role(name) for name in names], "roles"))


@api.post("/users/<user_id>/roles")
@needs("update:users")
def assign_roles(user_id: str) -> tuple[str, int]:
    user, names = user_or_404(user_id), _named(body(_ROLES)["roles"])
    user.roles = [*user.roles, *(name for name in names if name not in user.roles)]
    record_write("Assign roles to a user", user_id=user_id)
    return "", 204


@api.delete("/users/<user_id>/roles")
@needs("update:users")
def remove_roles(user_id: str) -> tuple[str, int]:
    user, names = user_or_404(user_id), _named(body(_ROLES)["roles"])
    user.roles = [name for name in user.roles if name not in names]
    record_write("Remove roles from a user", user_id=user_id)
    return "", 204


def _roles() -> list[Role]:
    """Roles made through the API, and those that somebody has from the seed on."""
    made: dict[str, Role] = dict(store().data.get("roles", {}))
    names = {"admin", "support"} | {name for user in store().users.values() for name in user.roles}
    for name in sorted(names):
        made.setdefault(_role(name)["id"], _role(name))
    return list(made.values())


def _role(name: str, description: str = "") -> Role:
    digest = hashlib.sha256(name.encode()).hexdigest()[:16]
    return {"id": f"rol_{digest}", "name": name, "description": description or name}


def _role_or_404(role_id: str) -> Role:
    role = next((role for role in _roles() if role["id"] == role_id), None)
    if role is None:
        raise not_found("Role")
    return role


def _named(role_ids: list[str]) -> list[str]:
    names = {role["id"]: role["name"] for role in _roles()}
    if missing := [each for each in role_ids if each not in names]:
        raise ManagementError(400, f"Unknown roles: {', '.join(missing)}", "invalid_body")
    return [names[each] for each in role_ids]
