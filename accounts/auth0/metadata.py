"""OIDC metadata: the tenant's discovery document and signing keys (JWKS), cached for all processes."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple, TypeVar

from jwt.utils import base64url_decode
from social_core.backends.base import BaseAuth
from social_core.exceptions import AuthProviderError

from accounts.auth0.answers import retry_after_seconds
from accounts.auth0.cache import claim
from accounts.auth0.read_through import ReadThrough
from accounts.auth0.tenant import SMALLEST_RSA_BITS, Tenant, current_tenant

# The shape of what is cached; another shape gets another number.
VERSION = 2
DISCOVERY_AGE = timedelta(days=1)
# Auth0 announces the next key beside the current one, so an hour-old set knows it already.
KEYS_AGE = timedelta(hours=1)
# An unknown key id is looked up at the tenant, though not more often than this: key ids come from outside.
REFETCH_FLOOR_SECONDS = 30


class Floor(NamedTuple):
    """How often one purpose may look up unknown key ids, whatever the others do."""

    name: str
    seconds: float


FLOOR_OF_SIGN_INS = Floor("asked", REFETCH_FLOOR_SECONDS)
# Anybody may send a token with any key id, and must not spend what a sign-in needs.
FLOOR_OF_LOGOUTS = Floor("asked-for-logout", 60)

# Where people, their codes and the trust in tokens go to.
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")

Document = dict[str, Any]
T = TypeVar("T")


class Metadata(ReadThrough[T]):
    """A document of the tenant, asked for by a sign-in; fails as social-core's calls do."""

    errors = AuthProviderError

    def __init__(self, key: str, age: timedelta, backend: BaseAuth[Any], fetch: Callable[[], T]) -> None:
        super().__init__(key)
        self.age = age
        self.backend = backend
        self.fetch = fetch

    def read(self) -> T:
        return self.fetch()

    def fresh_for(self) -> timedelta:
        return self.age

    def dump_error(self, error: Any) -> Any:
        return (error.code, error.stage, error.status_code)

    def load_error(self, stored: Any) -> Exception:
        code, stage, status = stored
        return AuthProviderError(self.backend, code=str(code), stage=stage, status_code=status)

    def waited_in_vain(self) -> Exception:
        return AuthProviderError(self.backend, code="timeout", stage="begin")

    def wait_asked_for(self, error: Any) -> float | None:
        """Read what social-core keeps as the header says it."""
        return retry_after_seconds({"retry-after": error.retry_after or ""})


class Discovery(Metadata[Document]):
    def load_value(self, stored: Any) -> Document:
        """Believe a cache no more than the tenant: codes and the client's secret go where this says."""
        if not isinstance(stored, dict) or mismatched(stored, current_tenant()):
            raise ValueError("not the tenant's document")
        return stored


class Keys(Metadata[list[Document]]):
    def load_value(self, stored: Any) -> list[Document]:
        return [dict(key) for key in stored]


def discovery(backend: BaseAuth[Any], url: str, fetch: Callable[[], Document], *, insist: bool) -> Document:
    """Return the discovery document; whoever comes back from the tenant must `insist`."""
    kept = Discovery(f"accounts:discovery:{VERSION}:{url}", DISCOVERY_AGE, backend, fetch)
    return kept.get(insist=insist).value


def mismatched(document: Document, tenant: Tenant) -> tuple[str, ...]:
    """Name the members of a discovery document that aren't the tenant's own."""
    elsewhere = (
        name for name in ENDPOINTS if not str(document.get(name, "")).startswith(f"{tenant.origin}/")
    )
    return (*(("issuer",) if document.get("issuer") != tenant.issuer else ()), *elsewhere)


def signing_key(
    backend: BaseAuth[Any],
    url: str,
    kid: str,
    fetch: Callable[[], list[Document]],
    *,
    insist: bool = True,
    floor: Floor = FLOOR_OF_SIGN_INS,
) -> Document | None:
    """Find the key that a token names; one that is not known is asked for once, with a floor between asks."""
    kept = Keys(f"accounts:jwks:{VERSION}:{url}", KEYS_AGE, backend, fetch)
    entry = kept.fresh()
    if entry is None:
        return _named(kept.get(insist=insist).value, kid)
    known = _named(entry.value, kid)
    if known or not claim(f"{kept.key}:{floor.name}", floor.seconds):
        return known
    return _named(kept.refresh().value, kid)


def _named(keys: list[Document], kid: str) -> Document | None:
    return next((key for key in keys if key.get("kid") == kid and _may_verify(key)), None)


def _may_verify(key: Document) -> bool:
    """Tell whether signatures may be checked with a key: RSA of a sound size, and meant for nothing else.

    RFC 7517, section 4.2, and RFC 7518, section 3.3.
    """
    return key.get("use") in (None, "sig") and _rsa_bits(key) >= SMALLEST_RSA_BITS


def _rsa_bits(key: Document) -> int:
    modulus = key.get("n")
    try:
        return int.from_bytes(base64url_decode(modulus)).bit_length() if isinstance(modulus, str) else 0
    except ValueError:
        return 0
