"""`/guardian/factors` and `/guardian/policies`: which factors the tenant offers, and when it asks."""

from flask import Response, jsonify

from devtenant.current import store
from devtenant.management.api import api, needs, record_write
from devtenant.management.errors import ManagementError
from devtenant.management.payload import FLAG, body, known_query, one_of, strict

# A dependent factor is offered only beside an independent one (facts of the factors page).
DEPENDENT = ("email", "webauthn-platform", "recovery-code")
_POLICIES = {"type": "array", "items": one_of("all-applications", "confidence-score")}
_MESSAGE_TYPES = {"type": "array", "items": one_of("sms", "voice")}


@api.get("/guardian/factors")
@needs("read:guardian_factors")
def list_factors() -> Response:
    known_query("include_settings")
    return jsonify([_shape(name, on) for name, on in store().settings.factors.items()])


@api.put("/guardian/factors/<name>")
@needs("update:guardian_factors")
def set_factor(name: str) -> Response:
    factors = store().settings.factors
    if name not in factors:
        raise ManagementError(400, f"Unknown factor: {name}", "invalid_uri")
    enabled = body(strict(["enabled"], enabled=FLAG))["enabled"]
    if enabled and name in DEPENDENT and not _independent(factors):
        message = f"The factor {name} needs another, independent factor to be enabled first."
        raise ManagementError(400, message, "invalid_factor_combination")
    factors[name] = enabled
    store().log("gd_tenant_update", f"Guardian factor {name} {'enabled' if enabled else 'disabled'}")
    record_write("Update a Multi-factor Authentication factor")
    return jsonify(enabled=enabled)


@api.get("/guardian/policies")
@needs("read:mfa_policies")
def list_policies() -> Response:
    return jsonify(store().settings.policies)


@api.put("/guardian/policies")
@needs("update:mfa_policies")
def set_policies() -> Response:
    policies = body(_POLICIES)
    store().settings.policies = policies
    store().log("gd_tenant_update", f"Guardian policies: {', '.join(policies) or 'never'}")
    record_write("Set the Multi-factor Authentication policies")
    return jsonify(policies)


@api.get("/guardian/factors/phone/message-types")
@needs("read:guardian_factors")
def phone_message_types() -> Response:
    return jsonify(message_types=store().settings.phone_message_types)


@api.put("/guardian/factors/phone/message-types")
@needs("update:guardian_factors")
def set_phone_message_types() -> Response:
    kinds = body(strict(["message_types"], message_types=_MESSAGE_TYPES))["message_types"]
    store().settings.phone_message_types = kinds
    record_write("Update the enabled phone factors")
    return jsonify(message_types=kinds)


def _independent(factors: dict[str, bool]) -> bool:
    return any(on for name, on in factors.items() if name not in DEPENDENT)


def _shape(name: str, on: bool) -> dict[str, object]:
    return {"name": name, "enabled": on} | ({"trial_expired": False} if name == "sms" else {})
