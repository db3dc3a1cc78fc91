"""Answers of Auth0's two APIs as neutral types; numbers and addresses are masked here and go no further."""

import logging
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from auth0.management.core.api_error import ApiError
from auth0.management.core.parse_error import ParsingError
from auth0.management.types import UserAuthenticationMethod

from accounts.auth0.errors import UNREADABLE, Certainty, Problem, TenantError, from_answer, from_transport
from accounts.auth0.http import HTTPError, TransportError
from enrollment.account.methods import Method
from enrollment.account.names import mask_email, mask_name, mask_phone
from enrollment.kinds.base import Kind
from enrollment.kinds.registry import kind_of_type

LONGEST = 120


def printable_line(value: Any, longest: int = LONGEST) -> str:
    """Leave out what cannot be seen: it could make one thing look like another.

    Nor can all of it be kept: half a surrogate pair goes into no page, and PostgreSQL takes no NUL.
    """
    text = value if isinstance(value, str) else ""
    return "".join(c for c in text if unicodedata.category(c)[0] != "C")[:longest]


def method_from_sdk(method_from_json: UserAuthenticationMethod) -> Method:
    """Leave out keys and handles, mask what identifies a person elsewhere."""
    return Method(
        id=method_from_json.id,
        type=str(method_from_json.type),
        name=printable_line(
            mask_name(method_from_json.name or "", method_from_json.phone_number, method_from_json.email)
        ),
        confirmed=method_from_json.confirmed,
        created_at=_in_utc(method_from_json.created_at),
        enrolled_at=_in_utc(method_from_json.enrolled_at),
        last_auth_at=_in_utc(method_from_json.last_auth_at),
        link_id=method_from_json.link_id,
        nested=tuple(
            (str(nested.type), nested.id or "") for nested in method_from_json.authentication_methods or ()
        ),
        preferred=method_from_json.preferred_authentication_method,
        phone=mask_phone(method_from_json.phone_number) if method_from_json.phone_number else "",
        email=mask_email(method_from_json.email) if method_from_json.email else "",
        backed_up=method_from_json.credential_backed_up,
        aaguid=method_from_json.aaguid,
        user_agent=printable_line(method_from_json.user_agent),
    )


def _in_utc(moment: datetime | None) -> datetime | None:
    """In UTC, as Auth0 means it, also where the offset is left out."""
    if moment is None:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


Json = Mapping[str, Any]


class ShapeError(ValueError):
    """An answer lacks what it is for."""


@dataclass(frozen=True)
class StartedEnrollment:
    """An enrollment that waits to be confirmed at `location`; what it reveals is for its owner alone."""

    kind: Kind
    location: str
    auth_session: str = field(repr=False)
    method_id: str | None = None
    barcode_uri: str | None = field(default=None, repr=False)
    manual_code: str | None = field(default=None, repr=False)
    recovery_code: str | None = field(default=None, repr=False)
    passkey_options: Json | None = field(default=None, repr=False)


def started_from_json(kind: Kind, body: Any, location: str) -> StartedEnrollment:
    """Read the 202 of `POST /authentication-methods`, with all that this kind cannot go on without."""
    body, needs = _object(body), kind.confirmation.needs if kind.confirmation else frozenset()
    found = StartedEnrollment(
        kind=kind,
        location=location,
        auth_session=_present(body, "auth_session"),
        method_id=_text(body, "id"),
        barcode_uri=_text(body, "barcode_uri"),
        manual_code=_text(body, "manual_input_code"),
        recovery_code=_text(body, "recovery_code"),
        passkey_options=_options(body) if "passkey_options" in needs else None,
    )
    needs = needs | ({"recovery_code"} if kind.is_recovery else set())
    if not all(getattr(found, name) for name in needs):
        raise ShapeError("the enrollment lacks what the person needs for it")
    return found


def method_from_json(body: Any) -> Method:
    """Read an authentication method, masked as the Management API's are."""
    body = _object(body)
    kind = _present(body, "type")
    phone, email = _text(body, "phone_number"), _text(body, "email")
    return Method(
        id=_present(body, "id"),
        type=_own_name(kind),
        name=printable_line(mask_name(_text(body, "name") or "", phone, email)),
        # Passkeys and passwords have none: they are made in one go.
        confirmed=body.get("confirmed") is not False,
        created_at=_parse_time(body, "created_at"),
        last_auth_at=_parse_time(body, "last_auth_at"),
        preferred=_text(body, "preferred_authentication_method"),
        phone=mask_phone(phone) if phone else "",
        email=mask_email(email) if email else "",
        backed_up=body.get("credential_backed_up")
        if isinstance(body.get("credential_backed_up"), bool)
        else None,
        aaguid=_text(body, "aaguid"),
        user_agent=printable_line(body.get("user_agent")),
    )


def _own_name(my_account_type: str) -> str:
    """Return the Management API's name of a type, which is the project's own."""
    kind = kind_of_type(my_account_type)
    return my_account_type if kind.is_unknown else kind.value


def kinds_from_json(body: Any) -> tuple[Kind, ...]:
    """Read `/factors`: `{"factors": […]}` by its description, a bare array from the live service."""
    listed = body.get("factors") if isinstance(body, Mapping) else body
    if not isinstance(listed, list):
        raise ShapeError("no list of factors")
    names = [_present(_object(item), "type") for item in listed]
    return tuple(dict.fromkeys(kind_of_type(name) for name in names))


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


def _parse_time(body: Json, name: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(_text(body, name) or "")
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


logger = logging.getLogger(__name__)


@contextmanager
def raise_tenant_errors(*, changes: bool) -> Iterator[None]:
    """Translate what the SDK raises; a call that `changes` something and lost its answer may have done it."""
    lost = Certainty.UNKNOWN if changes else Certainty.NOT_DONE
    try:
        yield
    except TransportError as error:
        raise from_transport(error, lost) from None
    except ParsingError as error:
        raise TenantError(Problem.GARBAGE, lost, status=error.status_code) from None
    except ApiError as error:
        raise from_answer(error.status_code or 0, error.headers or {}, error.body, lost) from None
    except (*UNREADABLE, HTTPError) as error:
        # Auth0's SDK trips over answers of an odd shape in its own ways; their text may quote the answer.
        logger.warning("An answer of the tenant could not be read: %s", type(error).__name__)
        raise TenantError(Problem.GARBAGE, lost) from None
