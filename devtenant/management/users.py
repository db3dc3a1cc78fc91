"""`/users` and `/users-by-email`: reading, finding, creating, changing and deleting people."""

from flask import Response, jsonify, request

from devtenant.current import store
from devtenant.management.api import api, needs, record_write, user_or_404
from devtenant.management.errors import ManagementError, conflict
from devtenant.management.payload import FILLED, FLAG, TEXT, body, flag, known_query, page, strict
from devtenant.management.search import matches
from devtenant.management.shapes import Json, user_shape
from devtenant.oidc import backchannel
from devtenant.records import DATABASE, User
from devtenant.store import new_id

MAX_FOUND = 1000
_OBJECT = {"type": "object"}
_NAMES = {"given_name": TEXT, "family_name": TEXT, "name": TEXT, "nickname": TEXT, "picture": TEXT}
_CHANGEABLE = {
    **_NAMES,
    "email": FILLED,
    "email_verified": FLAG,
    "blocked": FLAG,
    "password": FILLED,
    "user_metadata": _OBJECT,
    "app_metadata": _OBJECT,
}
_NEW = strict(["connection", "email"], connection=FILLED, user_id=TEXT, verify_email=FLAG, **_CHANGEABLE)
_CHANGE = strict(connection=FILLED, client_id=FILLED, verify_email=FLAG, **_CHANGEABLE)
_METADATA = ("user_metadata", "app_metadata")


@api.get("/users/<user_id>")
@needs("read:users")
def get_user(user_id: str) -> Response:
    known_query("fields", "include_fields")
    return jsonify(_fields(user_shape(user_or_404(user_id))))


@api.get("/users-by-email")
@needs("read:users")
def users_by_email() -> Response:
    known_query("email", "fields", "include_fields")
    if "email" not in request.args:
        raise ManagementError(400, "Query validation error: 'Missing email'", "invalid_query_string")
    found = [user for user in store().users.values() if user.email == request.args["email"]]
    return jsonify([_fields(user_shape(user)) for user in found])


@api.get("/users")
@needs("read:users")
def list_users() -> Response:
    """Offset paging alone, and never more than the first thousand."""
    known_query(
        *("page", "per_page", "include_totals", "sort", "connection", "fields", "include_fields"),
        *("q", "search_engine", "primary_order"),
    )
    shapes = [user_shape(user) for user in store().users.values() if _on_connection(user)]
    found = [shape for shape in shapes if matches(request.args.get("q", ""), shape)]
    name, _, direction = request.args.get("sort", "created_at:1").partition(":")
    found.sort(key=lambda shape: str(shape.get(name, "")), reverse=direction == "-1")
    return jsonify(page([_fields(shape) for shape in found[:MAX_FOUND]], "users", length=True))


@api.post("/users")
@needs("create:users")
def create_user() -> tuple[Response, int]:
    sent = body(_NEW)
    if store().user_by_email(sent["email"], sent["connection"]):
        raise conflict("The user already exists.")
    prefix = "auth0" if sent["connection"] == DATABASE else sent["connection"]
    now = store().now()
    user = User(f"{prefix}|{sent.get('user_id') or new_id()}", "", now, now, connection=sent["connection"])
    user.email_verified = False
    user.name = sent.get("name", sent["email"])
    user.nickname = sent["email"].partition("@")[0]
    _change(user, sent)
    store().users[user.user_id] = user
    record_write("Create a User", user_id=user.user_id)
    return jsonify(user_shape(user)), 201


@api.patch("/users/<user_id>")
@needs("update:users", "update:users_app_metadata")
def update_user(user_id: str) -> Response:
    user, sent = user_or_404(user_id), body(_CHANGE)
    _change(user, sent)
    if "password" in sent:
        backchannel.end_all(store(), user_id, backchannel.PASSWORD_CHANGED)
    if user.blocked:
        backchannel.end_all(store(), user_id, backchannel.REVOKED)
    record_write("Update a User", user_id=user_id)
    return jsonify(user_shape(user))


@api.delete("/users/<user_id>")
@needs("delete:users")
def delete_user(user_id: str) -> tuple[str, int]:
    if store().users.pop(user_id, None):
        backchannel.end_all(store(), user_id, backchannel.DELETED)
        record_write("Delete a User", user_id=user_id)
    return "", 204


def _change(user: User, sent: Json) -> None:
    """Metadata is merged at its top level; all else is replaced. A new address is not verified yet."""
    if sent.get("email", user.email).lower() != user.email:
        user.email_verified = False
    for name in sent.keys() & _CHANGEABLE.keys():
        value = sent[name]
        if name in _METADATA:
            value = {key: each for key, each in {**getattr(user, name), **value}.items() if each is not None}
        setattr(user, name, value.lower() if name == "email" else value)
    user.updated_at = store().now()


def _on_connection(user: User) -> bool:
    return request.args.get("connection") in (None, user.connection)


def _fields(shape: Json) -> Json:
    """The members that `fields` names, or all others with `include_fields=false`."""
    if "fields" not in request.args:
        return shape
    named = request.args["fields"].split(",")
    included = request.args.get("include_fields", "true") == "true" or flag("include_fields")
    return {name: value for name, value in shape.items() if (name in named) == included}
