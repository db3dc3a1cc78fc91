"""The seeded passkey as a software authenticator holds it, and as a factor of somebody else's."""

from typing import Any

from tests.support.softauthn import SoftAuthenticator
from tests.support.tenant import Account, Tenant

# What of a method makes the key pair; the rest is the account's own.
KEY_PAIR = ("key_id", "public_key", "demo_private_key", "relying_party_identifier", "user_handle")
DAY = 86_400


def seeded_key(tenant: Tenant) -> SoftAuthenticator:
    """Hold Pat's passkey, whose private key is public knowledge."""
    key = SoftAuthenticator(tenant.base_url)
    (known,) = tenant.phone()["credentials"]
    key.hold(**{name: known[name] for name in ("credential_id", "private_key", "rp_id", "user_handle")})
    return key


def give_key(tenant: Tenant, who: Account, *kinds: str, days_ago: float = 30) -> SoftAuthenticator:
    """Let somebody have Pat's key pair, as a passkey, a security key or both, and nobody else."""
    key, pat = seeded_key(tenant), tenant["pat"]
    (passkey,) = tenant.user(pat)["methods"]
    others = tenant.user(who)["methods"] if who != pat else []
    if who != pat:
        tenant.add_user(sub=pat.sub, email=pat.email, factors=[])
    made = [_factor(passkey, kind, days_ago) for kind in kinds]
    tenant.add_user(sub=who.sub, email=who.email, factors=[*others, *made])
    return key


def _factor(passkey: dict[str, Any], kind: str, days_ago: float) -> dict[str, Any]:
    at = passkey["created_at"] + (30 - days_ago) * DAY
    pair = {name: passkey[name] for name in KEY_PAIR}
    return {"type": kind, "confirmed": True, "created_at": at, "enrolled_at": at, **pair}
