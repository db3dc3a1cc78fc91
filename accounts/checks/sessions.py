"""Checks of where sessions are kept: they hold what was proved, and what was typed."""

from collections.abc import Iterator

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.checks import Warning as Caution

E030 = Error(
    "Sessions are kept in cookies: an old cookie would bring an old proof back, and nobody could end it.",
    hint='Use "django.contrib.sessions.backends.db" or "…cached_db" as SESSION_ENGINE.',
    id="accounts.E030",
)
E031 = Error(
    "SESSION_COOKIE_SAMESITE is Strict: the browser leaves the session out when Auth0 sends people back.",
    hint='Set SESSION_COOKIE_SAMESITE = "Lax".',
    id="accounts.E031",
)
W030 = Caution(
    "Sessions are kept in each process's own memory: the next request may reach a process that knows nobody.",
    hint="Use the database for sessions, or a cache that all processes share.",
    id="accounts.W030",
)


def messages() -> Iterator[CheckMessage]:
    engine = settings.SESSION_ENGINE
    if engine.endswith("signed_cookies"):
        yield E030
    if str(settings.SESSION_COOKIE_SAMESITE).lower() == "strict":
        yield E031
    cache = settings.CACHES.get(settings.SESSION_CACHE_ALIAS, {}).get("BACKEND", "")
    if engine.endswith(".cache") and ("locmem" in cache or "dummy" in cache):
        yield W030
