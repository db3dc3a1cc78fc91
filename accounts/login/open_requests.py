"""Authorization requests under way: each in its own session record, which its own cookie names.

In the visitor's session, two that begin or end at once would lose one: the later writer knows nothing of the
other, and a browser without a session is given one for each.
"""

import hashlib
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY as SIGNED_IN
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.redirects import local_path

LIFETIME_SECONDS = 1800
# Tabs that one browser may have on their way at once; each takes room in the database, signed in or not.
MOST_OPEN = 8
KEPT = "authorization_request"
BEGUN_BY = "begun_by"

# Where the last ones led that this session finished, by the digest of their state.
FINISHED = "accounts_finished_logins"
MOST_FINISHED = 4


def keep(request: HttpRequest, response: HttpResponse, opened: dict[str, Any]) -> None:
    """Keep what social-auth must know when `opened` comes back, for this browser alone."""
    record = _record(None)
    record[KEPT], record[BEGUN_BY] = opened, request.session.get(SIGNED_IN)
    record.set_expiry(LIFETIME_SECONDS)
    record.create()
    for name in _names(request)[: 1 - MOST_OPEN]:
        _discard(request, response, name)
    response.set_cookie(
        f"{_prefix()}{int(timezone.now().timestamp())}_{_digest(opened['state'])}",
        str(record.session_key),
        max_age=LIFETIME_SECONDS,
        path=settings.SESSION_COOKIE_PATH,
        domain=settings.SESSION_COOKIE_DOMAIN,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def read(request: HttpRequest, state: object) -> dict[str, Any] | None:
    """Return what was kept under a state, if it was this browser that began with it.

    What somebody began who was signed in is no way back in after they left, and nothing for who came next.
    """
    name = _name_of(request, state)
    record: Any = _record(request.COOKIES[name]) if name else {}
    kept, user = record.get(KEPT), record.get(BEGUN_BY)
    is_theirs = user in (None, request.session.get(SIGNED_IN))
    return kept if isinstance(kept, dict) and is_theirs else None


def finish(request: HttpRequest, response: HttpResponse, state: object) -> None:
    """Forget a request that has come back; where it led is known for as long as the session lasts."""
    if name := _name_of(request, state):
        _discard(request, response, name)
    led_to = local_path(response.headers.get("Location"))
    if request.user.is_authenticated and led_to:
        finished = {**request.session.get(FINISHED, {}), _digest(state): led_to}
        request.session[FINISHED] = dict(list(finished.items())[-MOST_FINISHED:])


def finished_at(request: HttpRequest, state: object) -> str | None:
    """Say where a callback led that this session has finished: it was loaded again, or gone back to."""
    finished = request.session.get(FINISHED, {}) if request.user.is_authenticated else {}
    return local_path(finished.get(_digest(state)))


def _record(key: str | None) -> SessionBase:
    store: type[SessionBase] = import_module(settings.SESSION_ENGINE).SessionStore
    return store(key)


def _prefix() -> str:
    # With the session's own prefix, `__Host-` too: no other host can plant one.
    return f"{settings.SESSION_COOKIE_NAME}_login_"


def _names(request: HttpRequest) -> list[str]:
    """Name the cookies of this browser's open requests, the oldest first."""
    return sorted(name for name in request.COOKIES if name.startswith(_prefix()))


def _name_of(request: HttpRequest, state: object) -> str | None:
    return next((name for name in _names(request) if name.endswith(f"_{_digest(state)}")), None)


def _digest(state: object) -> str:
    return hashlib.sha256(str(state).encode(errors="replace")).hexdigest()[:16]


def _discard(request: HttpRequest, response: HttpResponse, name: str) -> None:
    record = _record(request.COOKIES[name])
    if KEPT in record:
        record.delete()
    response.delete_cookie(
        name, path=settings.SESSION_COOKIE_PATH, domain=settings.SESSION_COOKIE_DOMAIN, samesite="Lax"
    )
