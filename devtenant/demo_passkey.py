"""A passkey whose private key is public knowledge, so that a virtual authenticator can hold it."""

from __future__ import annotations

import base64
import hashlib

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import encode_cbor

from devtenant.records import Method, User

RP_ID = "localhost"


def passkey_of(user: User, name: str, at: float) -> Method:
    """A synced passkey of this person, derived from the name alone: the same at every start."""
    key = _private_key(name)
    method = Method(f"passkey|{name}", "passkey", user.user_id, at, name="Passkey", enrolled_at=at)
    method.key_id = b64url(hashlib.sha256(name.encode()).digest())
    method.public_key = b64url(_cose(key.public_key().public_numbers()))
    method.demo_private_key = base64.b64encode(_pkcs8(key)).decode()
    method.relying_party_identifier, method.identity_user_id = RP_ID, user.identity_id
    method.credential_device_type, method.credential_backed_up = "multi_device", True
    method.aaguid, method.transports = "00000000-0000-0000-0000-000000000000", ["internal"]
    method.user_handle = b64url(user.user_id.encode())
    return method


def b64url(data: bytes) -> str:
    """Base64url without padding, as WebAuthn writes bytes."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _private_key(name: str) -> ec.EllipticCurvePrivateKey:
    scalar = int.from_bytes(hashlib.sha256(f"demo-{name}".encode()).digest()) >> 8
    return ec.derive_private_key(scalar, ec.SECP256R1())


def _pkcs8(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _cose(numbers: ec.EllipticCurvePublicNumbers) -> bytes:
    """RFC 9053 section 7.1: kty EC2, alg ES256, curve P-256, x, y."""
    coordinates = {-2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)}
    return encode_cbor({1: 2, 3: -7, -1: 1, **coordinates})
