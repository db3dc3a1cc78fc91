"""Checks of where sessions are kept: they hold what was proved, and what was typed."""

from collections.abc import Iterator

from django.conf import settings
from django.core.checks import CheckMessage, Error

IN_DATABASE = 'Use "django.contrib.sessions.backends.db" as SESSION_ENGINE.'
CACHED = (".cache", ".cached_db")

E030 = Error(
    "Sessions are kept in cookies: an old cookie would bring an old proof back, and nobody could end it.",
    hint=IN_DATABASE,
    id="accounts.E030",
)
E031 = Error(
    "SESSION_COOKIE_SAMESITE is Strict: the browser leaves the session out when Auth0 sends people back.",
    hint='Set SESSION_COOKIE_SAMESITE = "Lax".',
    id="accounts.E031",
)
E032 = Error(
    "Sessions are kept in the cache: without it nobody is signed in, and with an old one back, sessions that "
    "were ended are open again, what was proved in them included.",
    hint=IN_DATABASE,
    id="accounts.E032",
)


def messages() -> Iterator[CheckMessage]:
    if settings.SESSION_ENGINE.endswith("signed_cookies"):
        yield E030
    if settings.SESSION_ENGINE.endswith(CACHED):
        yield E032
    if str(settings.SESSION_COOKIE_SAMESITE).lower() == "strict":
        yield E031
