"""What bodies of the My Account API may hold; an unknown member is refused."""

from typing import Any

Schema = dict[str, Any]

FACTOR_TYPES = (
    "password",
    "passkey",
    "webauthn-platform",
    "webauthn-roaming",
    "totp",
    "phone",
    "email",
    "push-notification",
    "recovery-code",
)
_TEXT: Schema = {"type": "string"}
_CHANNEL: Schema = {"type": "string", "enum": ["sms", "voice"]}
_ID: Schema = {"type": "string", "maxLength": 1364}


def _strict(*required: str, **properties: Schema) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


_IDENTITY: dict[str, Schema] = {
    "connection": {"type": "string", "pattern": "^[a-zA-Z0-9-]+$", "minLength": 1, "maxLength": 128},
    "identity_user_id": {"type": "string", "pattern": r"^\S+$", "minLength": 1, "maxLength": 255},
}
_PHONE: Schema = {"type": "string", "pattern": r"^\+[0-9]{7,15}$"}
_EMAIL: Schema = {"type": "string", "pattern": r"^[^@\s]+@[^@\s]+$"}

# webauthn-platform and webauthn-roaming are missing: they are enrolled on hosted pages alone.
_ENROLLMENTS: dict[str, Schema] = {
    "totp": _strict("type", type=_TEXT),
    "push-notification": _strict("type", type=_TEXT),
    "recovery-code": _strict("type", type=_TEXT),
    "email": _strict("type", "email", type=_TEXT, email=_EMAIL),
    "phone": _strict(
        "type", "phone_number", type=_TEXT, phone_number=_PHONE, preferred_authentication_method=_CHANNEL
    ),
    "password": _strict("type", type=_TEXT, **_IDENTITY),
    "passkey": _strict("type", type=_TEXT, use_exclude_credentials={"type": "boolean"}, **_IDENTITY),
}

CHANGE = _strict(
    name={"type": "string", "minLength": 1, "maxLength": 20}, preferred_authentication_method=_CHANNEL
)

_ATTESTATION = _strict(
    "attestationObject",
    "clientDataJSON",
    attestationObject={"type": "string", "maxLength": 2000},
    clientDataJSON={"type": "string", "maxLength": 1000},
    transports={"type": "array", "items": {"type": "string", "maxLength": 100}},
)
_CREDENTIAL = _strict(
    "id",
    "rawId",
    "type",
    "response",
    id=_ID,
    rawId=_ID,
    type={"const": "public-key"},
    authenticatorAttachment={"type": "string", "enum": ["platform", "cross-platform"]},
    response=_ATTESTATION,
    clientExtensionResults={"type": "object"},
)
_NEW_PASSWORD: Schema = {
    "type": "string",
    "minLength": 1,
    "maxLength": 256,
    "pattern": r"^[^\u0000-\u001f\u007f-\u009f]*$",
}
_BARE = _strict("auth_session", auth_session=_TEXT)
_OTP = _strict("auth_session", "otp_code", auth_session=_TEXT, otp_code=_TEXT)
_VERIFICATIONS: dict[str, Schema] = {
    "totp": _OTP,
    "phone": _OTP,
    "email": _OTP,
    "push-notification": _BARE,
    "recovery-code": _BARE,
    "password": _strict("auth_session", "new_password", auth_session=_TEXT, new_password=_NEW_PASSWORD),
    "passkey": _strict("auth_session", "authn_response", auth_session=_TEXT, authn_response=_CREDENTIAL),
}


def enrollment(sent: dict[str, Any]) -> Schema:
    """The schema for the type that the body names; any body is wrong without a known one."""
    known = {"type": "object", "properties": {"type": {"enum": list(_ENROLLMENTS)}}, "required": ["type"]}
    return _ENROLLMENTS.get(str(sent.get("type")), known)


def verification(kind: str) -> Schema:
    return _VERIFICATIONS[kind]
