"""The browsers somebody is signed in with: listed as they come, ended from another one.

The list is kept by `SessionListMiddleware`, since a session's key changes with every rise in assurance. What
ends all sessions for certain is their generation: `end_sessions` raises the account's, and a lower one is
over. What ends a single one is its note in `accounts.sessions.ended`: a request that is under way while its
session is deleted may yet save it under a new key.
"""

import hashlib
import logging
import time
import uuid
from collections.abc import Iterable, Iterator
from datetime import timedelta
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY as SIGNED_IN
from django.contrib.auth import logout
from django.db import transaction
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from accounts.auth0.encryption import decrypt, encrypt
from accounts.identity import User, is_user
from accounts.models import AccountState, UsedLogoutToken, UserSession
from accounts.sessions.client_ip import client_ip
from accounts.sessions.ended import is_noted, note_ended, was_noted_meanwhile
from accounts.step_up.assurance import read_assurance

# What was listed last, so that most requests need no query: its row, digest of the key, session at the
# tenant, when.
SESSION_KEY = "accounts_listed"
GENERATION_KEY = "session_generation"
SEEN_EVERY_SECONDS = 300

logger = logging.getLogger(__name__)


def update_session_list(request: HttpRequest) -> bool:
    """Bring the list up to date, where this request changed what it says or five minutes have passed.

    Say whether a sign-in is new on it.
    """
    session = request.session
    if not (session.get(SIGNED_IN) and session.session_key and is_user(request.user)):
        return False
    known = session.get(SESSION_KEY) or {}
    digest, sid = _digest(session.session_key), _sid(request)
    now = time.time()
    if known.get("digest") == digest and known.get("sid") == sid and not _is_old(known, now):
        return False
    row = _write(request, request.user, known, sid)
    if row is None:
        logout(request)
        return False
    session[SESSION_KEY] = {"row": row, "digest": digest, "sid": sid, "at": int(now)}
    return not known.get("row")


def note_generation(request: HttpRequest, user: User, **_: Any) -> None:
    """Note at sign-in, by whatever backend, which generation of sessions this one belongs to."""
    request.session[GENERATION_KEY] = _generation_of(user)


def is_ended(request: HttpRequest) -> bool:
    """Say whether this session was ended from another one. One without a note began before any was ended."""
    user = request.user
    if not is_user(user):
        return False
    return request.session.get(GENERATION_KEY, 0) < _generation_of(user) or is_noted(user, _names(request))


def _names(request: HttpRequest) -> Iterator[str]:
    """What this session may have been ended by: its row, or the tenant's session."""
    yield own_session_id(request)
    yield _sid(request)


def own_session_id(request: HttpRequest) -> str:
    """Return the id of the row of this very session; empty where it is not listed yet."""
    return str((request.session.get(SESSION_KEY) or {}).get("row", ""))


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


def end_session(user: User, session_id: Any) -> UserSession | None:
    """End one session of a user's, by the id of its row; return what was listed, or None for no such row."""
    with transaction.atomic():
        rows = UserSession.objects.filter(user_id=user.pk, pk=session_id)
        row = rows.first()
        if row is None:
            return None
        note_ended(user, [str(row.pk)])
        rows.delete()
    return row


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


def _write(request: HttpRequest, user: User, known: dict[str, Any], sid: str) -> str | None:
    """Move the row along where the key changed, else make one; return its id, or None for an ended session.

    Who has changed the key meanwhile, in another request of the same session, has moved the row already.
    """
    facts, row = _facts(request, sid), str(known.get("row") or "")
    own = UserSession.objects.filter(user_id=user.pk, pk=row) if row else UserSession.objects.none()
    if own.filter(key_digest=known.get("digest", "")).update(**facts) or own.exists():
        return row
    if was_noted_meanwhile(user, (row, sid)):
        return None
    facts["user"] = user
    made, _created = UserSession.objects.update_or_create(
        key_digest=facts["key_digest"],
        defaults=facts,
        # Whoever ends it later ends it by the id that it holds.
        create_defaults={**facts, "id": row or uuid.uuid4()},
    )
    # The tenant may have ended it while the sign-in was on its way here; after the row, so that one of the
    # two sees the other.
    if sid and UsedLogoutToken.objects.filter(sid=sid).exists():
        made.delete()
        return None
    past = timezone.now() - timedelta(seconds=settings.SESSION_COOKIE_AGE + SEEN_EVERY_SECONDS)
    UserSession.objects.filter(user_id=user.pk, seen_at__lt=past).delete()
    return str(made.pk)


def _facts(request: HttpRequest, sid: str) -> dict[str, Any]:
    key, record = str(request.session.session_key), read_assurance(request)
    return {
        "key_digest": _digest(key),
        "encrypted_key": encrypt(key),
        "sid": sid,
        "seen_at": timezone.now(),
        "ip": client_ip(request),
        "user_agent": request.headers.get("user-agent", "")[:300],
        "mfa_at": record.mfa_at if record else None,
        "methods": list(record.methods) if record else [],
    }


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
