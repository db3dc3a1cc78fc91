"""Guardian's entries in the tenant log (Auth0, "Log Event Type Codes"), phone numbers and all."""

from __future__ import annotations

from typing import Any

from flask import has_request_context, request

from devtenant.mfa.options import Option
from devtenant.mfa.visits import Visit
from devtenant.records import Method

DESCRIPTIONS = {
    "gd_start_auth": "Second factor authentication started",
    "gd_auth_succeed": "Second factor authentication successful",
    "gd_auth_failed": "Second factor authentication failed",
    "gd_auth_rejected": "Second factor authentication rejected by the user",
    "gd_otp_rate_limit_exceed": "Too many failures of one-time codes",
    "gd_recovery_succeed": "Recovery code accepted",
    "gd_recovery_failed": "Recovery code refused",
    "gd_recovery_rate_limit_exceed": "Too many failures of recovery codes",
    "gd_start_enroll": "Enrollment started",
    "gd_enrollment_complete": "Enrollment completed",
    "gd_send_sms": "Code sent by SMS",
    "gd_send_voice": "Code sent by voice call",
    "gd_send_email": "Code sent by e-mail",
    "gd_send_pn": "Push notification sent",
    "gd_webauthn_challenge_failed": "WebAuthn challenge failed in the browser",
    "gd_webauthn_enrollment_failed": "WebAuthn enrollment failed in the browser",
}


def note(visit: Visit, kind: str, method: Method | None = None, **details: Any) -> None:
    """Write one entry about this visit."""
    with visit.store.lock:
        visit.store.log(
            kind, DESCRIPTIONS[kind], user_id=visit.user.user_id, **_about(visit, method), **details
        )
        visit.store.logs[-1].update(_top(visit))


def failed(visit: Visit, option: Option) -> None:
    """A wrong proof."""
    kind = "gd_recovery_failed" if option.kind.name == "recovery-code" else "gd_auth_failed"
    code = "invalid_recovery_code" if option.kind.name == "recovery-code" else "invalid_otp"
    failure = {"errorCode": code, "message": DESCRIPTIONS[kind]}
    note(visit, kind, next(iter(option.methods), None), failure_details=failure)


def limited(visit: Visit, option: Option) -> None:
    """A proof that was not even looked at, after too many wrong ones."""
    recovery = option.kind.name == "recovery-code"
    note(visit, "gd_recovery_rate_limit_exceed" if recovery else "gd_otp_rate_limit_exceed")


def _top(visit: Visit) -> dict[str, Any]:
    top: dict[str, Any] = {
        "user_name": visit.user.email,
        "identity_user_id": visit.user.identity_id,
        "connection": visit.user.connection,
    }
    if visit.tx:
        top["client_id"] = visit.tx.client_id
    return top


def _about(visit: Visit, method: Method | None) -> dict[str, Any]:
    details: dict[str, Any] = {}
    if method:
        details["authenticator"] = {
            "id": method.id,
            "type": method.type,
            "phone_number": method.phone_number,
        }
        details["enrollment"] = {
            "_id": method.id,
            "name": method.name,
            "phone_number": method.phone_number,
            "user_id": visit.user.user_id,
        }
    if visit.tx and visit.tx.sid:
        details["session_id"] = visit.tx.sid
    if has_request_context():
        details["request"] = {"method": request.method, "path": request.path, "ip": request.remote_addr}
    return details
