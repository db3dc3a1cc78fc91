"""WebAuthn ceremonies for security keys, this device's own unlocking, and passkeys (W3C WebAuthn Level 2)."""

from __future__ import annotations

import json
import re
from typing import Any

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorAttachment,
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from webauthn.registration.verify_registration_response import VerifiedRegistration

from devtenant.records import Method, User
from devtenant.store import Store, new_id

RP_ID = "localhost"
KINDS = ("webauthn-roaming", "webauthn-platform", "passkey")
# The library speaks up in its own exceptions; the others are bytes that are no credential at all.
MALFORMED = (WebAuthnException, ValueError, KeyError, TypeError, AttributeError)
LOOPBACK_ORIGIN = re.compile(r"http://localhost(:\d+)?")

SELECTIONS = {
    "webauthn-roaming": AuthenticatorSelectionCriteria(
        authenticator_attachment=AuthenticatorAttachment.CROSS_PLATFORM,
        resident_key=ResidentKeyRequirement.DISCOURAGED,
        user_verification=UserVerificationRequirement.DISCOURAGED,
    ),
    "webauthn-platform": AuthenticatorSelectionCriteria(
        authenticator_attachment=AuthenticatorAttachment.PLATFORM,
        resident_key=ResidentKeyRequirement.DISCOURAGED,
        user_verification=UserVerificationRequirement.REQUIRED,
    ),
    "passkey": AuthenticatorSelectionCriteria(
        resident_key=ResidentKeyRequirement.REQUIRED,
        user_verification=UserVerificationRequirement.PREFERRED,
    ),
}


class CeremonyError(Exception):
    """The answer of the authenticator was not accepted; the text may be shown to the person."""


def registration_options(store: Store, user: User, kind: str) -> dict[str, Any]:
    """Options for `navigator.credentials.create`, as JSON with base64url; keep its `challenge` to verify."""
    options = generate_registration_options(
        rp_id=RP_ID,
        rp_name=store.settings.friendly_name,
        user_id=user.user_id.encode(),
        user_name=user.email,
        user_display_name=user.name or user.email,
        authenticator_selection=SELECTIONS[kind],
        exclude_credentials=_descriptors(credentials_of(user, KINDS)),
    )
    plain: dict[str, Any] = json.loads(options_to_json(options))
    return plain


def verify_registration(
    store: Store, user: User, kind: str, credential: dict[str, Any], challenge: str
) -> Method:
    """Check a new credential and form the method it makes, which the caller then keeps."""
    try:
        verified = verify_registration_response(
            credential=credential,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=RP_ID,
            expected_origin=_origin(store, kind, credential),
            require_user_verification=kind == "webauthn-platform",
        )
    except MALFORMED as error:
        raise CeremonyError(f"The new key could not be verified: {error}.") from error
    method = _method(store, user, kind, verified)
    if find(store, method.key_id or ""):
        raise CeremonyError("This key is already registered.")
    method.transports = list(credential["response"].get("transports") or [])
    return method


def authentication_options(methods: list[Method] | None = None) -> dict[str, Any]:
    """Options for `navigator.credentials.get`; without methods, whichever passkey the person picks."""
    required = any(method.type == "webauthn-platform" for method in methods or [])
    options = generate_authentication_options(
        rp_id=RP_ID,
        allow_credentials=_descriptors(methods or []),
        user_verification=UserVerificationRequirement("required" if required else "preferred"),
    )
    plain: dict[str, Any] = json.loads(options_to_json(options))
    return plain


def verify_authentication(store: Store, method: Method, credential: dict[str, Any], challenge: str) -> None:
    """Check an assertion of this very method, and move its counter on."""
    try:
        verified = verify_authentication_response(
            credential=credential,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=RP_ID,
            expected_origin=store.base_url,
            credential_public_key=base64url_to_bytes(method.public_key or ""),
            credential_current_sign_count=method.sign_count,
            require_user_verification=method.type == "webauthn-platform",
        )
    except MALFORMED as error:
        raise CeremonyError(f"The key could not be verified: {error}.") from error
    with store.lock:
        method.sign_count, method.last_auth_at = verified.new_sign_count, store.now()


def credentials_of(user: User, kinds: tuple[str, ...]) -> list[Method]:
    return [method for method in user.methods if method.type in kinds and method.confirmed and method.key_id]


def find(store: Store, credential_id: str) -> Method | None:
    """Whose key this is: an id of a credential stands for one person alone."""
    everyone = (method for user in store.users.values() for method in credentials_of(user, KINDS))
    return next((method for method in everyone if method.key_id == credential_id), None)


def _descriptors(methods: list[Method]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(method.key_id or "")) for method in methods]


def _origin(store: Store, kind: str, credential: dict[str, Any]) -> str:
    """The tenant's own pages; a passkey may also come from the site's, at any port (My Account API)."""
    if kind != "passkey":
        return store.base_url
    client_data = json.loads(base64url_to_bytes(credential["response"]["clientDataJSON"]))
    claimed = str(client_data.get("origin"))
    return claimed if LOOPBACK_ORIGIN.fullmatch(claimed) else store.base_url


def _method(store: Store, user: User, kind: str, verified: VerifiedRegistration) -> Method:
    now = store.now()
    method = Method(f"{kind}|{new_id('dev')}", kind, user.user_id, now, enrolled_at=now)
    method.key_id = bytes_to_base64url(verified.credential_id)
    method.public_key = bytes_to_base64url(verified.credential_public_key)
    method.sign_count, method.aaguid = verified.sign_count, verified.aaguid
    method.relying_party_identifier, method.identity_user_id = RP_ID, user.identity_id
    method.credential_device_type = str(verified.credential_device_type.value)
    method.credential_backed_up = verified.credential_backed_up
    method.user_handle = bytes_to_base64url(user.user_id.encode())
    return method
