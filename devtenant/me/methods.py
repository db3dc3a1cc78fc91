"""`/factors` and `/authentication-methods`: what the tenant offers, and what the person has."""

from typing import Any

from flask import Response, jsonify, request

from devtenant import methods
from devtenant.current import store
from devtenant.me.api import api, body, needs, person, record
from devtenant.me.problems import MeError, conflict, invalid, not_found, validation_error
from devtenant.me.schemas import CHANGE, FACTOR_TYPES
from devtenant.me.shapes import kind_of, method_shape, usage_of
from devtenant.records import Method

# This API's type of a factor, and the tenant's switch behind it; the others follow from the database.
SWITCHES = {
    "totp": "otp",
    "phone": "sms",
    "email": "email",
    "push-notification": "push-notification",
    "webauthn-platform": "webauthn-platform",
    "webauthn-roaming": "webauthn-roaming",
    "recovery-code": "recovery-code",
}


def offered(kind: str) -> bool:
    """Tells whether the tenant has this factor on."""
    switch = SWITCHES.get(kind)
    return switch is None or store().settings.factors.get(switch, False)


@api.get("/factors")
@needs("read:me:factors")
def list_factors() -> Response:
    return jsonify(
        factors=[{"type": kind, "usage": usage_of(kind)} for kind in FACTOR_TYPES if offered(kind)]
    )


@api.get("/authentication-methods")
@needs("read:me:authentication_methods")
def list_methods() -> Response:
    wanted = request.args.get("type")
    if wanted is not None and wanted not in FACTOR_TYPES:
        error = validation_error("must be equal to one of the allowed values", "/type", "query")
        raise MeError("400-0003", "Validation failed", "Query does not match", errors=[error])
    shapes = [method_shape(method) for method in mine()]
    return jsonify(authentication_methods=[each for each in shapes if wanted in (None, each["type"])])


@api.get("/authentication-methods/<method_id>")
@needs("read:me:authentication_methods")
def get_method(method_id: str) -> Response:
    return jsonify(method_shape(own(method_id)))


@api.patch("/authentication-methods/<method_id>")
@needs("update:me:authentication_methods")
def update_method(method_id: str) -> Response:
    method = own(method_id)
    sent = body(lambda _: CHANGE)
    if method.type == methods.PASSWORD:
        raise invalid("A password has no name", "/name")
    if "preferred_authentication_method" in sent and method.type != "phone":
        raise invalid("Only a phone has a preferred method", "/preferred_authentication_method")
    for name, value in sent.items():
        setattr(method, name, value)
    record("update", method.id, kind_of(method))
    return jsonify(method_shape(method))


@api.delete("/authentication-methods/<method_id>")
@needs("delete:me:authentication_methods")
def delete_method(method_id: str) -> tuple[str, int]:
    method = own(method_id)
    if methods.is_fixed(method):
        record("delete", method.id, kind_of(method), failed=True)
        raise conflict("The last way to sign in cannot be deleted")
    methods.remove(store(), person(), method)
    record("delete", method.id, kind_of(method))
    return "", 204


def mine() -> list[Method]:
    """This API has no type for an address that is merely verified."""
    return [each for each in methods.listed(store(), person()) if each.type != methods.AUTO_EMAIL]


def own(method_id: str) -> Method:
    method: Any = next((each for each in mine() if each.id == method_id), None)
    if method is None:
        raise not_found()
    found: Method = method
    return found
