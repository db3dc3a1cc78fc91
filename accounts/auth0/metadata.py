"""OIDC metadata: the tenant's discovery document and signing keys (JWKS), cached for all processes."""

from collections.abc import Callable
from typing import Any

from django.core.cache import cache

DISCOVERY_SECONDS = 24 * 3600
# Auth0 announces the next key beside the current one, so an hour-old set knows it already.
KEYS_SECONDS = 3600
# An unknown key id is looked up at the tenant, though not more often than this: key ids come from outside.
REFETCH_FLOOR_SECONDS = 30

Document = dict[str, Any]


def discovery(url: str, fetch: Callable[[], Document]) -> Document:
    key = f"accounts:discovery:{url}"
    document: Document | None = cache.get(key)
    if document is None:
        document = fetch()
        cache.set(key, document, DISCOVERY_SECONDS)
    return document


def signing_key(url: str, kid: str, fetch: Callable[[], list[Document]]) -> Document | None:
    """Find the key that a token names; one that is not known is asked for once, with a floor between asks."""
    key = f"accounts:jwks:{url}"
    keys: list[Document] | None = cache.get(key)
    known = _named(keys or [], kid)
    if known or (keys is not None and not cache.add(f"{key}:asked", 1, REFETCH_FLOOR_SECONDS)):
        return known
    keys = fetch()
    cache.set(key, keys, KEYS_SECONDS)
    return _named(keys, kid)


def _named(keys: list[Document], kid: str) -> Document | None:
    return next((key for key in keys if key.get("kid") == kid), None)
