"""What the My Account API answers, in neutral types; members that are not known are passed over."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from enrollment.factors.grouping import Method
from enrollment.factors.kinds import FactorKind
from enrollment.factors.masking import mask_email, mask_name, mask_phone
from enrollment.gateways.lines import line

# This API's names; where they differ from the Management API's, which are the project's own.
TYPES = {
    FactorKind.TOTP: "totp",
    FactorKind.PUSH: "push-notification",
    FactorKind.PHONE: "phone",
    FactorKind.EMAIL: "email",
    FactorKind.RECOVERY_CODE: "recovery-code",
    FactorKind.PASSKEY: "passkey",
}
OWN_NAMES = {"push-notification": "push"}

Json = Mapping[str, Any]


class ShapeError(ValueError):
    """An answer lacks what it is for."""


@dataclass(frozen=True)
class Begun:
    """An enrollment that waits to be confirmed at `location`; what it reveals is for its owner alone."""

    kind: FactorKind
    location: str
    auth_session: str = field(repr=False)
    method_id: str | None = None
    barcode_uri: str | None = field(default=None, repr=False)
    manual_code: str | None = field(default=None, repr=False)
    recovery_code: str | None = field(default=None, repr=False)
    passkey_options: Json | None = field(default=None, repr=False)


def begun(kind: FactorKind, body: Any, location: str) -> Begun:
    """Read the 202 of `POST /authentication-methods`, with all that this kind cannot go on without."""
    body = _object(body)
    found = Begun(
        kind=kind,
        location=location,
        auth_session=_present(body, "auth_session"),
        method_id=_text(body, "id"),
        barcode_uri=_text(body, "barcode_uri"),
        manual_code=_text(body, "manual_input_code"),
        recovery_code=_text(body, "recovery_code"),
        passkey_options=_options(body) if kind is FactorKind.PASSKEY else None,
    )
    lacks_barcode = kind in (FactorKind.TOTP, FactorKind.PUSH) and not found.barcode_uri
    if lacks_barcode or (kind is FactorKind.RECOVERY_CODE and not found.recovery_code):
        raise ShapeError("the enrollment lacks what the person needs for it")
    return found


def method(body: Any) -> Method:
    """Read an authentication method, masked as the Management API's are."""
    body = _object(body)
    kind = _present(body, "type")
    phone, email = _text(body, "phone_number"), _text(body, "email")
    return Method(
        id=_present(body, "id"),
        type=OWN_NAMES.get(kind, kind),
        name=line(mask_name(_text(body, "name") or "", phone, email)),
        # Passkeys and passwords have none: they are made in one go.
        confirmed=body.get("confirmed") is not False,
        created_at=_moment(body, "created_at"),
        last_auth_at=_moment(body, "last_auth_at"),
        preferred=_text(body, "preferred_authentication_method"),
        phone=mask_phone(phone) if phone else "",
        email=mask_email(email) if email else "",
        backed_up=body.get("credential_backed_up")
        if isinstance(body.get("credential_backed_up"), bool)
        else None,
        aaguid=_text(body, "aaguid"),
        user_agent=line(body.get("user_agent")),
    )


def factors(body: Any) -> tuple[FactorKind, ...]:
    """Read `/factors`: `{"factors": […]}` by its description, a bare array from the live service."""
    listed = body.get("factors") if isinstance(body, Mapping) else body
    if not isinstance(listed, list):
        raise ShapeError("no list of factors")
    names = [_present(_object(item), "type") for item in listed]
    return tuple(dict.fromkeys(FactorKind.of(OWN_NAMES.get(name, name)) for name in names))


def _options(body: Json) -> Json:
    options = body.get("authn_params_public_key")
    if not isinstance(options, Mapping) or not isinstance(options.get("challenge"), str):
        raise ShapeError("a passkey without a challenge")
    return options


def _object(body: Any) -> Json:
    if not isinstance(body, Mapping):
        raise ShapeError("no object")
    return body


def _text(body: Json, name: str) -> str | None:
    value = body.get(name)
    return value if isinstance(value, str) and value else None


def _present(body: Json, name: str) -> str:
    value = _text(body, name)
    if value is None:
        raise ShapeError(f"no {name}")
    return value


def _moment(body: Json, name: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(_text(body, name) or "")
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
