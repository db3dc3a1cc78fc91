"""`/users/{id}/authentication-methods`: what a person proves themselves with."""

import pyotp
from flask import Response, jsonify

from devtenant import methods
from devtenant.current import store
from devtenant.management.api import api, needs, record_write, user_or_404
from devtenant.management.errors import ManagementError, conflict, unknown_method
from devtenant.management.payload import FILLED, TEXT, body, known_query, one_of, page, strict
from devtenant.management.shapes import Json, method_shape, written_shape
from devtenant.records import Method, User

MAX_NAME = 20
_PHONE = {"type": "string", "minLength": 2, "maxLength": 30}
_CHANNEL = one_of("voice", "sms")
_NAME = {"type": "string", "maxLength": MAX_NAME}
_PATH = "/users/<user_id>/authentication-methods"
_NEW = strict(
    ["type"],
    type=one_of("phone", "email", "totp", "webauthn-roaming", "passkey"),
    name=_NAME,
    totp_secret=TEXT,
    phone_number=_PHONE,
    email=TEXT,
    preferred_authentication_method=_CHANNEL,
    key_id=TEXT,
    public_key=TEXT,
    relying_party_identifier=TEXT,
)
_REPLACEMENT = strict(
    ["type"],
    type=one_of("phone", "email", "totp"),
    name={**_NAME, "minLength": 1},
    totp_secret=FILLED,
    phone_number=_PHONE,
    email=FILLED,
    preferred_authentication_method=_CHANNEL,
)
_NEEDED = {
    "phone": ["phone_number"],
    "email": ["email"],
    "totp": ["totp_secret"],
    "webauthn-roaming": ["key_id", "public_key", "relying_party_identifier"],
    "passkey": ["key_id", "public_key", "relying_party_identifier"],
}
_LIMIT = 20


@api.get(_PATH)
@needs("read:authentication_methods")
def list_methods(user_id: str) -> Response:
    known_query("page", "per_page", "include_totals")
    shapes = [method_shape(method) for method in methods.listed(store(), user_or_404(user_id))]
    return jsonify(page(shapes, "authenticators"))


@api.get(f"{_PATH}/<method_id>")
@needs("read:authentication_methods")
def get_method(user_id: str, method_id: str) -> Response:
    return jsonify(method_shape(_own(user_or_404(user_id), method_id)))


@api.post(_PATH)
@needs("create:authentication_methods")
def create_method(user_id: str) -> tuple[Response, int]:
    user, sent = user_or_404(user_id), body(_NEW)
    if len(user.methods) >= _LIMIT:
        raise ManagementError(403, "Maximum number of authentication methods reached.", "limit_reached")
    method = _made(user, sent)
    user.methods.append(method)
    record_write("Create an authentication method", user_id=user_id)
    return jsonify(written_shape(method)), 201


@api.put(_PATH)
@needs("update:authentication_methods")
def replace_methods(user_id: str) -> Response:
    user, sent = user_or_404(user_id), body({"type": "array", "items": _REPLACEMENT})
    _refuse_with_passkey(user)
    kept, user.methods = user.methods, []
    try:
        user.methods = [_made(user, each) for each in sent]
    except ManagementError:
        user.methods = kept
        raise
    record_write("Replace all authentication methods", user_id=user_id)
    return jsonify([written_shape(method) for method in user.methods])


@api.patch(f"{_PATH}/<method_id>")
@needs("update:authentication_methods")
def update_method(user_id: str, method_id: str) -> Response:
    method = _own(user_or_404(user_id), method_id)
    sent = body(strict(name=_NAME, preferred_authentication_method=_CHANNEL))
    _refuse_fixed(method, "updated")
    if "preferred_authentication_method" in sent and method.type != "phone":
        raise ManagementError(400, "Only a phone has a preferred authentication method.", "invalid_body")
    for name, value in sent.items():
        setattr(method, name, value)
    enrollment = {"_id": method.id, "name": method.name, "user_id": user_id}
    store().log("gd_update_device_account", "Update device account", user_id=user_id, enrollment=enrollment)
    record_write("Update an authentication method", user_id=user_id)
    return jsonify(written_shape(method, confirmed=True))


@api.delete(f"{_PATH}/<method_id>")
@needs("delete:authentication_methods")
def delete_method(user_id: str, method_id: str) -> tuple[str, int]:
    user = user_or_404(user_id)
    method = _own(user, method_id)
    _refuse_fixed(method, "deleted")
    methods.remove(store(), user, method)
    record_write("Delete an authentication method by ID", user_id=user_id)
    return "", 204


@api.delete(_PATH)
@needs("delete:authentication_methods")
def delete_all_methods(user_id: str) -> tuple[str, int]:
    """Refused as a whole when a passkey is among them; a subject nobody has is gone already."""
    user = store().users.get(user_id)
    if user is not None:
        _refuse_with_passkey(user)
        methods.remove_all(store(), user)
        record_write("Delete all authentication methods", user_id=user_id)
    return "", 204


def _own(user: User, method_id: str) -> Method:
    method = methods.find(store(), user, method_id)
    if method is None:
        raise unknown_method()
    return method


def _made(user: User, sent: Json) -> Method:
    """A confirmed method from a body; two of one kind with the same secret or address are a conflict."""
    kind = sent["type"]
    missing = [name for name in _NEEDED[kind] if name not in sent]
    if missing and kind != "totp":
        raise ManagementError(400, f"Payload validation error: 'Missing {missing[0]}'", "invalid_body")
    method = methods.new_method(store(), user, kind)
    method.secret = (sent.get("totp_secret") or pyotp.random_base32()) if kind == "totp" else None
    for name in sent.keys() - {"type", "totp_secret"}:
        setattr(method, name, sent[name])
    if kind == "phone":
        method.preferred_authentication_method = method.preferred_authentication_method or "sms"
    if kind == "passkey":
        method.identity_user_id = user.identity_id
    if any(_identity(each) == _identity(method) for each in user.methods):
        raise conflict("The authentication method already exists.")
    return method


def _identity(method: Method) -> tuple[str | None, ...]:
    return (method.type, method.secret, method.phone_number, method.email, method.key_id)


def _refuse_fixed(method: Method, done: str) -> None:
    if methods.is_fixed(method):
        message = f"An authentication method of type {method.type} cannot be {done}."
        raise ManagementError(400, message, "operation_not_supported")


def _refuse_with_passkey(user: User) -> None:
    if any(method.type == "passkey" for method in user.methods):
        message = "All authentication methods cannot be changed at once for a user with a passkey."
        raise ManagementError(403, message, "operation_not_supported")
