"""Ends what the tenant says is over; each of its logout tokens counts once."""

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.auth0.logout_token import LogoutToken
from accounts.identity import User, identity_of, users
from accounts.models import UsedLogoutToken, UserSession
from accounts.sessions.ended import note_ended
from accounts.sessions.user_sessions import delete_stored, end_generation

# Longer than a token is good, and than a sign-in with its `sid` may be on its way to the list.
KEPT_FOR = timedelta(hours=1)


def end_by(token: LogoutToken) -> bool:
    """End the sessions that a token names, from their next request on; False where it was used before."""
    with transaction.atomic():
        if not _use(token):
            return False
        ended = _end_session(token) if token.sid else _end_all(token.sub)
    delete_stored(ended)
    return True


def _use(token: LogoutToken) -> bool:
    """Take it, once of all processes: the database holds each id once."""
    digest = hashlib.sha256(token.jti.encode()).hexdigest()
    _used, is_new = UsedLogoutToken.objects.get_or_create(jti_digest=digest, defaults={"sid": token.sid})
    return is_new


def _end_session(token: LogoutToken) -> list[UserSession]:
    """End one session at the tenant: in a browser that isn't listed yet, too, once its person is known."""
    rows = UserSession.objects.filter(sid=token.sid)
    people = _people(token.sub) if token.sub else list(users().filter(pk__in=rows.values("user")))
    ended = list(rows.filter(user__in=[user.pk for user in people]))
    for user in people:
        note_ended(user, [token.sid, *(str(row.pk) for row in ended if row.user_id == user.pk)])
    UserSession.objects.filter(pk__in=[row.pk for row in ended]).delete()
    return ended


def _end_all(sub: str) -> list[UserSession]:
    return [row for user in _people(sub) for row in end_generation(user)]


def _people(sub: str) -> Iterable[User]:
    identity = identity_of(sub)
    return [identity.user] if identity else []


def delete_used(now: datetime | None = None, *, dry_run: bool = False) -> int:
    """Delete the notes of tokens that nobody could use again; say how many."""
    old = UsedLogoutToken.objects.filter(used_at__lt=(now or timezone.now()) - KEPT_FOR)
    return old.count() if dry_run else old.delete()[0]
