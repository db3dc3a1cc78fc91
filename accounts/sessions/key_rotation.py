"""Keeps sessions that began under an earlier SECRET_KEY, which SECRET_KEY_FALLBACKS still names."""

from typing import Any

from django.conf import settings
from django.contrib.auth import (
    BACKEND_SESSION_KEY,
    HASH_SESSION_KEY,
    SESSION_KEY,
    load_backend,
)
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare


def renew_auth_hash(request: HttpRequest) -> None:
    """Have a session's hash made by the key of now, before Django looks at who is signed in.

    Django does so, too, and changes the session's key with it: whatever else the browser asks for at that
    moment comes with the old one, and signs it out.
    """
    if not settings.SECRET_KEY_FALLBACKS:
        return
    known, user = request.session.get(HASH_SESSION_KEY), _user_of(request)
    if known and user and _is_by_earlier_key(known, user):
        request.session[HASH_SESSION_KEY] = user.get_session_auth_hash()


def _is_by_earlier_key(known: str, user: Any) -> bool:
    if constant_time_compare(known, user.get_session_auth_hash()):
        return False
    return any(constant_time_compare(known, hash_) for hash_ in user.get_session_auth_fallback_hash())


def _user_of(request: HttpRequest) -> Any:
    """Return whom the session names; whether it may is for Django to say."""
    path, pk = request.session.get(BACKEND_SESSION_KEY), request.session.get(SESSION_KEY)
    if path not in settings.AUTHENTICATION_BACKENDS or pk is None:
        return None
    user: Any = load_backend(path).get_user(pk)
    return user if hasattr(user, "get_session_auth_hash") else None
