"""Resets of a person's second factors: all of them, the recovery code, the remembered browsers."""

from flask import Response, jsonify

from devtenant import methods
from devtenant.current import store
from devtenant.management.api import api, needs, record_write, user_or_404
from devtenant.management.errors import ManagementError

_PROVIDERS = {"google-authenticator": "totp", "duo": "duo"}


@api.delete("/users/<user_id>/authenticators")
@needs("delete:guardian_enrollments")
def delete_authenticators(user_id: str) -> tuple[str, int]:
    """Removes every MFA enrollment; a passkey signs in by itself, so it stays."""
    user = store().users.get(user_id)
    if user is not None:
        kinds = {method.type for method in user.methods} - {"passkey"}
        if kinds:
            methods.remove_all(store(), user, *sorted(kinds))
        record_write("Delete all authenticators", user_id=user_id)
    return "", 204


@api.post("/users/<user_id>/recovery-code-regeneration")
@needs("update:users")
def regenerate_recovery_code(user_id: str) -> Response:
    user = user_or_404(user_id)
    if not any(method.confirmed for method in user.methods if method.type != "passkey"):
        raise ManagementError(404, "The user is not enrolled in MFA.", "enrollment_not_found")
    code = methods.new_recovery_code(store(), user)
    record_write("Generate a new recovery code", user_id=user_id)
    return jsonify(recovery_code=code)


@api.post("/users/<user_id>/multifactor/actions/invalidate-remember-browser")
@needs("update:users")
def forget_browsers(user_id: str) -> tuple[str, int]:
    user = store().users.get(user_id)
    if user is not None:
        user.remembered_browsers.clear()
        record_write("Invalidate all remembered browsers for MFA", user_id=user_id)
    return "", 204


@api.delete("/users/<user_id>/multifactor/<provider>")
@needs("update:users")
def delete_provider(user_id: str, provider: str) -> tuple[str, int]:
    user = user_or_404(user_id)
    if provider not in _PROVIDERS:
        raise ManagementError(400, f"Unknown multi-factor provider: {provider}", "invalid_uri")
    methods.remove_all(store(), user, _PROVIDERS[provider])
    record_write("Delete a multi-factor provider", user_id=user_id)
    return "", 204
