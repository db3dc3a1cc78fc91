"""The browsers somebody is signed in with: listed as they come, ended from another one.

The list is kept by `SessionListMiddleware`, since a session's key changes with every rise in assurance. What
ends a session for certain is its generation: `end_sessions` raises the account's, and a lower one is over.
"""

import hashlib
import logging
import time
from collections.abc import Iterable
from datetime import timedelta
from importlib import import_module
from ipaddress import ip_address
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY as SIGNED_IN
from django.db import transaction
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from accounts import conf
from accounts.auth0.encryption import decrypt, encrypt
from accounts.identity import User, is_user
from accounts.models import AccountState, UserSession
from accounts.step_up.assurance import read_assurance

# What was listed last, so that most requests need no query: digest of the key, session at the tenant, when.
SESSION_KEY = "accounts_listed"
GENERATION_KEY = "session_generation"
SEEN_EVERY_SECONDS = 3600

logger = logging.getLogger(__name__)


def update_session_list(request: HttpRequest) -> None:
    """Bring the list up to date, where this request changed what it says or an hour has passed."""
    session = request.session
    if not (session.get(SIGNED_IN) and session.session_key and is_user(request.user)):
        return
    known = session.get(SESSION_KEY) or {}
    digest, sid = _digest(session.session_key), _sid(request)
    now = time.time()
    if known.get("digest") == digest and known.get("sid") == sid and not _is_old(known, now):
        return
    _write(request, request.user, known.get("digest"), sid)
    session[SESSION_KEY] = {"digest": digest, "sid": sid, "at": int(now)}


def note_generation(request: HttpRequest, user: User, **_: Any) -> None:
    """Note at sign-in, by whatever backend, which generation of sessions this one belongs to."""
    request.session[GENERATION_KEY] = _generation_of(user)


def is_ended(request: HttpRequest) -> bool:
    """Say whether this session was ended from another one. One without a note began before any was ended."""
    user = request.user
    return is_user(user) and request.session.get(GENERATION_KEY, 0) < _generation_of(user)


def _generation_of(user: User) -> int:
    return int(getattr(getattr(user, "account_state", None), "session_generation", 0))


def unlist_session(request: HttpRequest | None, **_: Any) -> None:
    """Take a browser that signs out off the list; the session still has its key then."""
    if request is not None and (key := request.session.session_key):
        UserSession.objects.filter(key_digest=_digest(key)).delete()


def sessions_of(user: User, besides: HttpRequest | None = None) -> QuerySet[UserSession]:
    """Return the browsers that may still be signed in, the one seen last first; `besides` leaves one out."""
    since = timezone.now() - timedelta(seconds=settings.SESSION_COOKIE_AGE)
    rows = UserSession.objects.filter(user_id=user.pk, seen_at__gte=since)
    return rows.exclude(key_digest__in=_digests_of(besides)).order_by("-seen_at")


def end_sessions(user: User, keep: HttpRequest | None = None) -> int:
    """Sign somebody out of every browser but the one that asks; return how many were on the list."""
    ended = end_generation(user, keep)
    delete_stored(ended)
    return len(ended)


def end_generation(user: User, keep: HttpRequest | None = None) -> list[UserSession]:
    """End every session but that of `keep`, in one transaction; return what was on the list.

    None of an earlier generation opens anything again, listed or not. No password is touched.
    """
    own = _digests_of(keep)
    with transaction.atomic():
        generation = _raise_generation(user)
        rows = list(UserSession.objects.filter(user_id=user.pk).exclude(key_digest__in=own))
        UserSession.objects.filter(pk__in=[row.pk for row in rows]).delete()
    if keep is not None:
        keep.session[GENERATION_KEY] = generation
    return rows


def delete_stored(ended: Iterable[UserSession]) -> None:
    """Delete what lies in sessions that are over, as far as their store lets that happen; never raises."""
    for row in ended:
        try:
            with transaction.atomic():
                _delete_session(row)
        except Exception:  # stores raise what they like, and the session is over
            logger.exception("What was kept in an ended session of user %s could not be deleted", row.user_id)


def _raise_generation(user: User) -> int:
    AccountState.objects.get_or_create(user_id=user.pk)
    own = AccountState.objects.filter(user_id=user.pk)
    own.update(session_generation=F("session_generation") + 1)
    state = own.get()
    user.account_state = state  # type: ignore[attr-defined]  # the other end of its relation
    return state.session_generation


def _write(request: HttpRequest, user: User, before: str | None, sid: str) -> None:
    """Move the row along where the key changed, else make one; what is past its life goes at that time."""
    key = str(request.session.session_key)
    facts: dict[str, Any] = {
        "user": user,
        "encrypted_key": encrypt(key),
        "sid": sid,
        "seen_at": timezone.now(),
        "ip": client_ip(request),
        "user_agent": request.headers.get("user-agent", "")[:300],
    }
    digest = _digest(key)
    if before and UserSession.objects.filter(user_id=user.pk, key_digest=before).update(
        key_digest=digest, **facts
    ):
        return
    UserSession.objects.update_or_create(key_digest=digest, defaults=facts)
    past = timezone.now() - timedelta(seconds=settings.SESSION_COOKIE_AGE + SEEN_EVERY_SECONDS)
    UserSession.objects.filter(user_id=user.pk, seen_at__lt=past).delete()


def _delete_session(row: UserSession) -> None:
    key = decrypt(row.encrypted_key)
    if key:
        import_module(settings.SESSION_ENGINE).SessionStore(key).delete()


def _is_old(known: dict[str, Any], now: float) -> bool:
    return not 0 <= now - float(known.get("at", 0)) < SEEN_EVERY_SECONDS


def _sid(request: HttpRequest) -> str:
    record = read_assurance(request)
    return (record.session_id if record else None) or ""


def _digests_of(request: HttpRequest | None) -> set[str]:
    """What a session may be listed under: where its key has just changed, its row still has the old one."""
    if request is None:
        return set()
    key, listed = request.session.session_key, request.session.get(SESSION_KEY) or {}
    return {_digest(key or ""), listed.get("digest", "")}


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def client_ip(request: HttpRequest) -> str | None:
    """Return the visitor's address. X-Forwarded-For is the visitor's word, up to the proxies we trust."""
    proxies = conf.trusted_proxies()
    address: str | None = request.META.get("REMOTE_ADDR")
    hops = [hop.strip() for hop in request.headers.get("x-forwarded-for", "").split(",") if hop.strip()]
    if proxies and len(hops) >= proxies:
        address = hops[-proxies]
    return _valid(address)


def _valid(address: str | None) -> str | None:
    try:
        return str(ip_address(address or ""))
    except ValueError:
        return None
