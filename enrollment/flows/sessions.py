"""Where somebody is signed in: the list, and ending one session or all others."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.humanize import browser_name
from accounts.identity import User, subject_of
from accounts.models import UserSession
from accounts.sessions import user_sessions
from accounts.sessions.user_sessions import delete_stored, end_generation, own_session_id, sessions_of
from enrollment.actors import Actor
from enrollment.audit.log import Attempt, Refused, log_failure, notify, write_event
from enrollment.flows.account_lock import refuse_locked, requirement_for
from enrollment.flows.change import check_permission, check_proof, throttle
from enrollment.gateways import factor_cache
from enrollment.gateways.tenant_log import log_of
from enrollment.models.activity import Action, Outcome


@dataclass(frozen=True)
class SignIn:
    """One session of this site; `place` is where the tenant's log has its address."""

    row: UserSession
    is_this: bool
    place: str = ""

    @property
    def name(self) -> str:
        return browser_name(self.row.user_agent)


def sign_ins_of(user: User, request: HttpRequest) -> list[SignIn]:
    """Return the sessions of this site, the one of `request` first, then by when they were seen last."""
    own, places = own_session_id(request), _places(user)
    found = [SignIn(row, str(row.pk) == own, places.get(row.ip or "", "")) for row in sessions_of(user)]
    return sorted(found, key=lambda each: not each.is_this)


def _places(user: User) -> dict[str, str]:
    """Addresses, and where the tenant's log says that they are; nothing where it can't be read."""
    entries = reversed(log_of(subject_of(user)).entries)
    return {entry.ip: entry.place for entry in entries if entry.ip and entry.place}


def find_sign_in(user: User, session_id: UUID, request: HttpRequest) -> SignIn:
    """Find one of somebody's own that may be ended; raises `Refused`."""
    found = next((each for each in sign_ins_of(user, request) if each.row.pk == session_id), None)
    if found is None:
        raise _already_over()
    if found.is_this:
        raise _is_own()
    return found


def end_session(actor: Actor, subject: User, session_id: UUID) -> str:
    """End one session, from its next request on; return the name of its browser."""
    with log_failure(Attempt(actor, subject, Action.SESSION_ENDED)) as attempt:
        _authorize(actor, subject)
        if actor.request is not None and own_session_id(actor.request) == str(session_id):
            raise _is_own()
        with transaction.atomic():
            row = user_sessions.end_session(subject, session_id)
            if row is None:
                raise _already_over()
            attempt.factor_name = browser_name(row.user_agent)
            event = write_event(attempt, Outcome.DONE, told=True)
    delete_stored([row])
    notify(attempt, event)
    return attempt.factor_name


def end_other_sessions(actor: Actor, subject: User) -> Sequence[UserSession]:
    """End every session but the one that asks, listed or not; return what was listed."""
    with log_failure(Attempt(actor, subject, Action.OTHER_SESSIONS_ENDED)) as attempt:
        _authorize(actor, subject)
        with transaction.atomic():
            ended = end_generation(subject, keep=actor.request)
            event = write_event(attempt, Outcome.DONE, told=True)
    delete_stored(ended)
    notify(attempt, event)
    return ended


def _authorize(actor: Actor, subject: User) -> None:
    """Ask for what a removal takes: whoever holds a session alone must not sign its owner out.

    Goes by the list of factors that is known: sessions can be ended while the tenant is down.
    """
    throttle(actor)
    check_permission(actor, subject)
    if not actor.is_self(subject):
        raise Refused("not-for-others", _("Only the person whose account it is can do this."))
    refuse_locked(actor, subject)
    factors = factor_cache.factors_of(subject_of(subject)).factors
    check_proof(actor, subject, requirement_for(factors, actor.proof))


def _already_over() -> Refused:
    return Refused("no-such-session", _("That session is already over."), is_news=False)


def _is_own() -> Refused:
    return Refused("own-session", _("This is the session you're using. To end it, sign out."), is_news=False)
