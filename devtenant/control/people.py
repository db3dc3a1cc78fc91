"""/dev/users: make a person with the factors that a test needs, change one, look at one, delete one.

A factor is {"type": …} with any members of `records.Method`; `id` and times are filled in. A `totp` without
`secret` gets one; a `recovery-code` takes its code as `code`. `factors` in a change replaces all of them.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any

from flask import Blueprint, Response, abort, jsonify, request

from devtenant import methods, seed, totp
from devtenant.control import body, checks
from devtenant.control.checks import ControlError
from devtenant.current import store
from devtenant.oidc import backchannel
from devtenant.records import DATABASE, Client, Method, User

blueprint = Blueprint("control_people", __name__)
blueprint.register_error_handler(ControlError, body.refusal)


@dataclass
class Order:
    """What an order for a person says beside the members of a `User`."""

    sub: str | None = None
    user_id: str | None = None
    factors: list[dict[str, Any]] | None = None


@blueprint.get("/dev/users")
def everybody() -> Response:
    """All people."""
    return jsonify([_shown(user) for user in store().users.values()])


@blueprint.get("/dev/users/<subject>")
def somebody(subject: str) -> Response:
    """One person."""
    return jsonify(_shown(store().users.get(subject) or abort(404)))


@blueprint.post("/dev/users")
def put_people() -> Response:
    """Create or change."""
    shown = [_shown(_put(entry)) for entry in body.some()]
    return jsonify(shown[0] if isinstance(request.json, dict) else shown)


@blueprint.delete("/dev/users/<subject>")
def forget(subject: str) -> tuple[str, int]:
    """Delete a person with their sessions."""
    if store().users.pop(subject, None) is None:
        abort(404)
    backchannel.end_all(store(), subject, backchannel.DELETED)
    return "", 204


@blueprint.get("/dev/sessions")
def sessions() -> Response:
    """Every session that is open, without what opens it."""
    return jsonify(
        [
            {"sid": each.sid, "user_id": each.user_id, "clients": each.clients}
            for each in store().sessions.values()
        ]
    )


@blueprint.post("/dev/clients")
def put_clients() -> Response:
    """Create an application or change one; secret and callbacks as given."""
    shown = [asdict(_put_client(entry)) for entry in body.some()]
    return jsonify(shown[0] if isinstance(request.json, dict) else shown)


def _put(entry: dict[str, Any]) -> User:
    order, entry = _read(entry)
    subject, factors = order.sub or order.user_id, order.factors
    user = _known(subject, entry) or _created(subject, entry)
    if "email" in entry:
        entry["email"] = entry["email"].strip().lower()
    if factors is not None:
        entry |= {
            "methods": [asdict(_factor(user, one)) for one in factors],
            "recovery_code": _recovery_code(factors),
        }
    body.changed(user, entry)
    user.updated_at = store().now()
    store().users[user.user_id] = user
    return user


def _read(entry: dict[str, Any]) -> tuple[Order, dict[str, Any]]:
    """Tell the order's own members from those of the person, both checked."""
    own = {field.name for field in fields(Order)}
    order = body.made(Order, {name: value for name, value in entry.items() if name in own})
    rest = {name: value for name, value in entry.items() if name not in own}
    checks.members(User, rest)
    return order, rest


def _known(subject: str | None, entry: dict[str, Any]) -> User | None:
    if subject:
        return store().users.get(subject)
    return store().user_by_email(entry.get("email", ""), entry.get("connection"))


def _created(subject: str | None, entry: dict[str, Any]) -> User:
    if not entry.get("email"):
        raise ControlError("a new person needs an email")
    email, connection, now = entry["email"].strip().lower(), entry.get("connection", DATABASE), store().now()
    subject = subject or seed.subject(email, connection)
    if "|" not in subject:
        raise ControlError("a sub is <strategy>|<id>")
    user = User(subject, email, now, now, connection=connection)
    user.nickname = email.partition("@")[0]
    user.name, user.picture = user.nickname.title(), f"{store().base_url}/static/person.svg"
    user.password = seed.PASSWORD if connection == DATABASE else None
    return user


def _factor(user: User, entry: dict[str, Any]) -> Method:
    if "type" not in entry:
        raise ControlError("a factor needs a type")
    fresh = methods.new_method(store(), user, entry["type"])
    fresh.secret = totp.new_secret() if fresh.type == "totp" else None
    said = {name: value for name, value in entry.items() if name != "code"}
    return body.made(Method, asdict(fresh) | said)


def _recovery_code(factors: list[dict[str, Any]]) -> str | None:
    for factor in factors:
        if factor["type"] == methods.RECOVERY:
            return str(factor.get("code") or methods.make_recovery_code())
    return None


def _put_client(entry: dict[str, Any]) -> Client:
    checks.members(Client, entry)
    known = store().clients.get(entry.get("client_id", ""))
    client = (
        body.changed(known, entry) if known else body.made(Client, {"name": "Another application", **entry})
    )
    store().clients[client.client_id] = client
    return client


def _shown(user: User) -> dict[str, Any]:
    factors = [method.type for method in user.methods]
    return {"sub": user.user_id, **asdict(user), "factors": factors}
