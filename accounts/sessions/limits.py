"""How long a session lasts: unused, and altogether; what SESSION_COOKIE_AGE says holds besides."""

import time
from typing import Any, NamedTuple

from django.http import HttpRequest

from accounts import conf

SESSION_KEY = "accounts_lifetime"
# So long before its end a page says so.
WARN_SECONDS = 120
# The use of a session is noted this often, or in a tenth of the limit: a limit may be early by that.
NOTED_EVERY_SECONDS = 60


class End(NamedTuple):
    """When a session ends: `is_final` where using it moves that no further."""

    at: float
    is_final: bool

    @property
    def seconds_left(self) -> int:
        return max(0, int(self.at - time.time()))


def note_beginning(request: HttpRequest, **_: Any) -> None:
    """Note when somebody signed in, by whatever backend; a step-up is no new beginning."""
    now = int(time.time())
    request.session[SESSION_KEY] = {"began": now, "seen": now}


def is_past_limits(request: HttpRequest) -> bool:
    """Say whether a signed-in session is over. One without a note cannot be judged, and is."""
    if not _has_limits():
        return False
    end = session_end(request)
    return end is None or end.at <= time.time()


def note_use(request: HttpRequest) -> None:
    """Note that the session is used, where that moves its end."""
    idle, _absolute = conf.session_limits()
    noted, now = request.session.get(SESSION_KEY), int(time.time())
    if idle and noted and now - noted["seen"] >= min(NOTED_EVERY_SECONDS, idle // 10):
        request.session[SESSION_KEY] = {**noted, "seen": now}


def session_end(request: HttpRequest) -> End | None:
    """Return when this session ends; None without limits, or where that cannot be known."""
    idle, absolute = conf.session_limits()
    try:
        noted = request.session[SESSION_KEY]
        ends = [
            *([End(noted["seen"] + idle, is_final=False)] if idle else []),
            *([End(noted["began"] + absolute, is_final=True)] if absolute else []),
        ]
    except (KeyError, TypeError):
        return None
    return min(ends, default=None)


def coming_end(request: HttpRequest) -> End | None:
    """Return what a page warns of; asks no session where there are no limits, or nobody is signed in."""
    return session_end(request) if _has_limits() and request.user.is_authenticated else None


def _has_limits() -> bool:
    return any(conf.session_limits())
