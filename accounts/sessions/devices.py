"""Which browsers somebody has signed in with before, by a signed cookie of theirs."""

from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase
from django.utils.crypto import salted_hmac

from accounts import conf
from accounts.identity import User
from accounts.models import UserSession
from accounts.signals import new_device_seen

SALT = "accounts.sessions.devices"
KEPT_SECONDS = 365 * 24 * 3600
# Of a browser that several people use, the last ones.
MOST_PEOPLE = 5


def greet_device(request: HttpRequest, response: HttpResponseBase, user: User) -> None:
    """Note that this browser signed in, and say so by a signal where it never has."""
    if not conf.new_device_email():
        return
    people, own = _people(request), _mark(user)
    if own not in people:
        new_device_seen.send_robust(UserSession, request=request, user=user)
    people = [own, *(mark for mark in people if mark != own)][:MOST_PEOPLE]
    response.set_cookie(
        cookie_name(),
        signing.dumps(people, salt=SALT),
        max_age=KEPT_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def cookie_name() -> str:
    """Name it after the session's, whose prefix may tie it to this host."""
    return f"{settings.SESSION_COOKIE_NAME}_device"


def _people(request: HttpRequest) -> list[str]:
    """Read who has signed in with this browser; a cookie that is not ours says nobody."""
    try:
        said: Any = signing.loads(request.COOKIES.get(cookie_name(), ""), salt=SALT, max_age=KEPT_SECONDS)
    except signing.BadSignature:
        return []
    return [str(mark) for mark in said] if isinstance(said, list) else []


def _mark(user: User) -> str:
    """Tell people apart without saying to whoever reads the cookie who they are."""
    return salted_hmac(SALT, str(user.pk), algorithm="sha256").hexdigest()[:32]
