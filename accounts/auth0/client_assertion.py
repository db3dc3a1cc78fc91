"""How this site proves itself to the token endpoint with its own key, where it has one (RFC 7523)."""

import secrets
from datetime import timedelta

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.utils import timezone

from accounts.auth0.tenant import SMALLEST_RSA_BITS, ClientCredentials, Tenant

TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LIFETIME = timedelta(seconds=60)


def client_proof(client: ClientCredentials, tenant: Tenant) -> dict[str, str]:
    """Return what goes into a token request beside `client_id`: an assertion for this once, or the secret.

    Its audience is the issuer, and no endpoint that a document could name (RFC 7523, section 3).
    """
    if not client.assertion_key:
        return {"client_secret": client.client_secret}
    now = timezone.now()
    claims = {
        "iss": client.client_id,
        "sub": client.client_id,
        "aud": tenant.issuer,
        "jti": secrets.token_urlsafe(24),
        "iat": int(now.timestamp()),
        "exp": int((now + LIFETIME).timestamp()),
    }
    assertion = jwt.encode(claims, client.assertion_key, algorithm="RS256")
    return {"client_assertion_type": TYPE, "client_assertion": assertion}


def is_assertion_key(pem: str) -> bool:
    """Say whether assertions can be signed with this: an RSA key of a sound size, without a password."""
    try:
        key = load_pem_private_key(pem.encode(), None)
    except (ValueError, TypeError):
        return False
    return isinstance(key, RSAPrivateKey) and key.key_size >= SMALLEST_RSA_BITS
