"""Records of the store in the My Account API's words."""

from typing import Any
from urllib.parse import quote

from devtenant.current import store
from devtenant.records import Method
from devtenant.store import iso

Json = dict[str, Any]

TYPES = {"push": "push-notification", "guardian": "push-notification"}
PRIMARY = ("password", "passkey")
_PASSKEY = (
    "credential_backed_up",
    "credential_device_type",
    "identity_user_id",
    "key_id",
    "public_key",
    "user_agent",
    "user_handle",
    "aaguid",
)
_EXTRA = {
    "totp": ("name",),
    "push-notification": ("name",),
    "phone": ("name", "phone_number", "preferred_authentication_method"),
    "email": ("name", "email"),
    "webauthn-platform": ("name", "key_id", "public_key"),
    "webauthn-roaming": ("name", "key_id", "public_key"),
    "passkey": _PASSKEY,
    "password": ("identity_user_id",),
    "recovery-code": (),
}


def kind_of(method: Method) -> str:
    return TYPES.get(method.type, method.type)


def usage_of(kind: str) -> list[str]:
    return ["primary"] if kind in PRIMARY else ["secondary"]


def method_shape(method: Method) -> Json:
    """One method. Passkeys and passwords have no `confirmed`: they are made in one go."""
    kind = kind_of(method)
    shape: Json = {
        "id": method.id,
        "type": kind,
        "created_at": iso(method.created_at),
        "usage": usage_of(kind),
    }
    if kind not in PRIMARY:
        shape["confirmed"] = method.confirmed
    if kind == "passkey":
        shape |= {"transports": method.transports, "relying_party_id": method.relying_party_identifier}
    shape |= {name: getattr(method, name) for name in _EXTRA[kind]}
    if kind != "password":
        shape["last_auth_at"] = iso(method.last_auth_at)
    return {name: value for name, value in shape.items() if value not in (None, "")}


def location(method_id: str) -> str:
    """The address of a method, already encoded."""
    return f"{store().base_url}/me/v1/authentication-methods/{quote(method_id, safe='')}"
