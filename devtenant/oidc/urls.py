"""Which URLs an application may be sent back to."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from devtenant.records import Client
from devtenant.store import Store

LOOPBACK_HOSTS = ("localhost", "127.0.0.1", "::1")


def callback_allowed(store: Store, client: Client, url: str) -> bool:
    """Exactly a registered callback; with --any-loopback-port its path on any port of this machine."""
    return url in client.callbacks or (
        store.any_loopback_port
        and "?" not in url
        and any(_same_on_loopback(url, known) for known in client.callbacks)
    )


def logout_allowed(store: Store, client: Client, url: str) -> bool:
    """A registered logout URL, whatever its query; `*` may stand for a subdomain."""
    return any(_same_place(url, known) for known in client.allowed_logout_urls) or (
        store.any_loopback_port and any(_same_on_loopback(url, known) for known in client.allowed_logout_urls)
    )


def with_query(url: str, parameters: dict[str, str]) -> str:
    """The URL with these parameters added to its own."""
    parts = urlsplit(url)
    query = urlencode([*parse_qsl(parts.query, keep_blank_values=True), *parameters.items()])
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))


def _same_on_loopback(url: str, known: str) -> bool:
    try:
        here, there = urlsplit(url), urlsplit(known)
        loopback = here.hostname in LOOPBACK_HOSTS and there.hostname in LOOPBACK_HOSTS
        bare = here.username is None and here.port is not None
    except ValueError:
        return False
    return loopback and bare and here.scheme == there.scheme and (here.path or "/") == (there.path or "/")


def _same_place(url: str, known: str) -> bool:
    here, there = urlsplit(url), urlsplit(known)
    return (
        here.scheme.lower() == there.scheme.lower()
        and _same_host(here.netloc.lower(), there.netloc.lower())
        and here.path == there.path
    )


def _same_host(host: str, pattern: str) -> bool:
    if not pattern.startswith("*."):
        return host == pattern
    label, _, rest = host.partition(".")
    return bool(label) and "@" not in label and rest == pattern[2:]
