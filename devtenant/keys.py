"""RS256 signing keys: made when needed; one in use, one announced, the one before still published."""

from __future__ import annotations

from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm
from jwt.types import Options

from devtenant.records import SigningKey
from devtenant.store import Store, new_id

BITS = 2048
USE = "sig"


def ring(store: Store) -> list[SigningKey]:
    """Every published key: the next, the current, and after a rotation the previous ones."""
    with store.lock:
        if not store.signing_keys:
            store.signing_keys = [fresh("current"), fresh("next")]
        return list(store.signing_keys)


def current(store: Store) -> SigningKey:
    """The key that signs now."""
    return in_state(store, "current")


def in_state(store: Store, state: str) -> SigningKey:
    """The key in this state; the newest of several previous ones."""
    return [key for key in ring(store) if key.state == state][-1]


def rotate(store: Store, *, revoke: bool = False, bits: int = BITS, use: str = USE) -> str:
    """The next key takes over; the old one stays published unless revoked too. Returns the new `kid`.

    With another size or use than is proper, a key made so takes over in its place.
    """
    with store.lock:
        keys = ring(store)
        if (bits, use) != (BITS, USE):
            keys = [*(key for key in keys if key.state != "next"), fresh("next", bits, use)]
        following = {"current": "previous", "next": "current"}
        for key in keys:
            key.state = following.get(key.state, key.state)
        kept = [key for key in keys if not (revoke and key.state == "previous")]
        store.signing_keys = [*kept, fresh("next")]
        return current(store).kid


def jwks(store: Store) -> dict[str, Any]:
    """The key set as published (RFC 7517)."""
    return {"keys": [_public(key) for key in ring(store)]}


def fresh(state: str, bits: int = BITS, use: str = USE) -> SigningKey:
    """A new key, known to nobody yet."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=bits)
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return SigningKey(new_id("key"), pem.decode(), state, use)


def sign(key: SigningKey, claims: dict[str, Any], header: dict[str, Any] | None = None) -> str:
    """A signed token that names its key; `header` sets more members, or takes `typ` out by None."""
    named = {"kid": key.kid, **(header or {})}
    return jwt.encode(claims, _private(key), algorithm="RS256", headers=named)


def verified(store: Store, token: str) -> dict[str, Any]:
    """The claims of a token that this tenant signed; times are left to the caller, who knows the clock."""
    kid = jwt.get_unverified_header(token).get("kid")
    key = next((key for key in ring(store) if key.kid == kid), None)
    if key is None:
        raise jwt.InvalidTokenError("unknown kid")
    unchecked: Options = {"verify_aud": False, "verify_exp": False, "verify_iat": False, "verify_nbf": False}
    claims: dict[str, Any] = jwt.decode(token, public_key(key), algorithms=["RS256"], options=unchecked)
    return claims


def public_key(key: SigningKey) -> rsa.RSAPublicKey:
    """The public half."""
    return _private(key).public_key()


def _private(key: SigningKey) -> rsa.RSAPrivateKey:
    # Checking a key that we made ourselves takes longer than signing with it.
    private = serialization.load_pem_private_key(key.pem.encode(), None, unsafe_skip_rsa_key_validation=True)
    assert isinstance(private, rsa.RSAPrivateKey)  # noqa: S101  # made by `fresh`
    return private


def _public(key: SigningKey) -> dict[str, Any]:
    numbers = RSAAlgorithm.to_jwk(public_key(key), as_dict=True)
    members = {name: numbers[name] for name in ("n", "e")}
    return {"kty": "RSA", "use": key.use, **members, "kid": key.kid, "alg": "RS256"}
