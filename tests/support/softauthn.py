"""A security key in software: real WebAuthn bytes with no browser (W3C WebAuthn Level 2, section 6)."""

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

ES256 = -7
USER_PRESENT, USER_VERIFIED, BACKUP_ELIGIBLE, BACKED_UP, ATTESTED = 0x01, 0x04, 0x08, 0x10, 0x40
AAGUID = bytes.fromhex("d0d0cafe00004000800000000000beef")


def b64url(data: bytes) -> str:
    """Encode without padding, as WebAuthn's JSON forms do."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64url(text: str) -> bytes:
    """Decode base64url with its padding left out."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class SoftCredential:
    """One key pair in the authenticator, bound to one relying party and one user handle."""

    id: bytes
    rp_id: str
    user_handle: bytes
    key: ec.EllipticCurvePrivateKey
    sign_count: int = 0

    @property
    def cose_key(self) -> bytes:
        """The public key as COSE writes it (RFC 9053, section 7.1)."""
        numbers = self.key.public_key().public_numbers()
        return cbor2.dumps(
            {1: 2, 3: ES256, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        )


@dataclass
class SoftAuthenticator:
    """Answers `navigator.credentials.create` and `.get` for one origin."""

    origin: str
    verifies_user: bool = True
    synced: bool = False
    attachment: str = "cross-platform"
    transports: tuple[str, ...] = ("usb",)
    credentials: list[SoftCredential] = field(default_factory=list)

    def hold(
        self, *, credential_id: str, private_key: str, rp_id: str, user_handle: str, sign_count: int = 0
    ) -> None:
        """Load a key made elsewhere: PKCS#8 in base64, ids in base64url."""
        key = serialization.load_der_private_key(base64.b64decode(private_key), password=None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise TypeError("only elliptic-curve keys can be held")
        self.credentials.append(
            SoftCredential(unb64url(credential_id), rp_id, unb64url(user_handle), key, sign_count)
        )

    def create(self, options: dict[str, Any]) -> dict[str, Any]:
        """Make a credential for the options a relying party sent; attestation "none"."""
        excluded = {unb64url(item["id"]) for item in options.get("excludeCredentials", [])}
        if excluded & {held.id for held in self.credentials}:
            raise LookupError("InvalidStateError: this authenticator is already registered")
        made = SoftCredential(
            secrets.token_bytes(32),
            options["rp"]["id"],
            unb64url(options["user"]["id"]),
            ec.generate_private_key(ec.SECP256R1()),
        )
        self.credentials.append(made)
        return self._registration(made, options["challenge"])

    def get(self, options: dict[str, Any]) -> dict[str, Any]:
        """Sign the challenge with a credential that the options allow."""
        allowed = {unb64url(item["id"]) for item in options.get("allowCredentials", [])}
        fitting = [
            held
            for held in self.credentials
            if held.rp_id == options["rpId"] and (not allowed or held.id in allowed)
        ]
        if not fitting:
            raise LookupError("NotAllowedError: no credential here fits")
        return self._assertion(fitting[-1], options["challenge"])

    def _registration(self, made: SoftCredential, challenge: str) -> dict[str, Any]:
        attested = AAGUID + len(made.id).to_bytes(2, "big") + made.id + made.cose_key
        auth_data = self._auth_data(made, ATTESTED) + attested
        response = {
            "clientDataJSON": b64url(self._client_data("webauthn.create", challenge)),
            "attestationObject": b64url(cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": auth_data})),
            "transports": list(self.transports),
        }
        return self._answer(made, response)

    def _assertion(self, held: SoftCredential, challenge: str) -> dict[str, Any]:
        held.sign_count += 1
        auth_data = self._auth_data(held)
        client_data = self._client_data("webauthn.get", challenge)
        signature = held.key.sign(auth_data + hashlib.sha256(client_data).digest(), ec.ECDSA(hashes.SHA256()))
        response = {
            "clientDataJSON": b64url(client_data),
            "authenticatorData": b64url(auth_data),
            "signature": b64url(signature),
            "userHandle": b64url(held.user_handle),
        }
        return self._answer(held, response)

    def _answer(self, credential: SoftCredential, response: dict[str, Any]) -> dict[str, Any]:
        return {
            "id": b64url(credential.id),
            "rawId": b64url(credential.id),
            "type": "public-key",
            "authenticatorAttachment": self.attachment,
            "response": response,
            "clientExtensionResults": {},
        }

    def _auth_data(self, credential: SoftCredential, flags: int = 0) -> bytes:
        flags |= USER_PRESENT
        flags |= USER_VERIFIED if self.verifies_user else 0
        flags |= (BACKUP_ELIGIBLE | BACKED_UP) if self.synced else 0
        return (
            hashlib.sha256(credential.rp_id.encode()).digest()
            + bytes([flags])
            + credential.sign_count.to_bytes(4, "big")
        )

    def _client_data(self, kind: str, challenge: str) -> bytes:
        return json.dumps(
            {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        ).encode()
