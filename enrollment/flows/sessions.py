"""Where somebody is signed in: the list, and ending one session or all others."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
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
from enrollment.flows.revocations import AtTenant, begin_session_revocations, revoke_sessions
from enrollment.gateways import factor_cache
from enrollment.gateways.tenant_log import log_of
from enrollment.gateways.tenant_sessions import (
    TenantSession,
    TenantSessions,
    invalidate,
    known_sids,
    sessions_at_tenant,
)
from enrollment.models.activity import Action, ActivityEvent, Outcome
from enrollment.models.operation import Operation


@dataclass(frozen=True)
class SignIn:
    """One session: of this site (`row`), or one that only the tenant has (`elsewhere`), as by another app.

    `place` is where the tenant's log has its address.
    """

    row: UserSession | None
    elsewhere: TenantSession | None = None
    is_this: bool = False
    place: str = ""

    @property
    def name(self) -> str:
        return browser_name(self._known.user_agent)

    @property
    def ip(self) -> str:
        return self._known.ip or ""

    @property
    def created_at(self) -> datetime | None:
        return self._known.created_at

    @property
    def seen_at(self) -> datetime | None:
        return self._known.seen_at

    @property
    def _known(self) -> UserSession | TenantSession:
        known = self.row or self.elsewhere
        assert known is not None  # noqa: S101 - it is one of the two
        return known


@dataclass(frozen=True)
class SignIns:
    """`at_tenant` says how good the tenant's part is."""

    entries: tuple[SignIn, ...]
    at_tenant: TenantSessions

    @property
    def others(self) -> tuple[SignIn, ...]:
        return tuple(each for each in self.entries if not each.is_this)


@dataclass(frozen=True)
class Ended:
    """What was ended here, and how that went at the tenant."""

    name: str
    at_tenant: AtTenant


def sign_ins_of(user: User, request: HttpRequest) -> SignIns:
    """Return a person's sessions: the one of `request`, this site's, then those of the tenant alone."""
    sub, own = subject_of(user), own_session_id(request)
    at_tenant, places = sessions_at_tenant(sub), _places(sub)
    rows = list(sessions_of(user))
    here = [SignIn(row, is_this=str(row.pk) == own) for row in rows]
    known = {row.sid for row in rows}
    there = [SignIn(None, each) for each in at_tenant.entries if each.id not in known]
    found = sorted([*here, *there], key=lambda each: (not each.is_this, each.row is None))
    return SignIns(tuple(replace(each, place=places.get(each.ip, "")) for each in found), at_tenant)


def _places(sub: str) -> dict[str, str]:
    """Addresses, and where the tenant's log says that they are; nothing where it can't be read."""
    return {entry.ip: entry.place for entry in reversed(log_of(sub).entries) if entry.ip and entry.place}


def find_sign_in(user: User, session_id: UUID, request: HttpRequest) -> SignIn:
    """Find one of somebody's own that may be ended; raises `Refused`."""
    row = sessions_of(user).filter(pk=session_id).first()
    if row is None:
        raise _already_over()
    if own_session_id(request) == str(session_id):
        raise _is_own()
    return SignIn(row)


def end_session(actor: Actor, subject: User, session_id: UUID) -> Ended:
    """End one session here, from its next request on, then at the tenant."""
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
            operations = begin_session_revocations(actor, subject, _without_own(actor, [row.sid]))
    delete_stored([row])
    return Ended(attempt.factor_name, _finish(attempt, event, operations))


def end_other_sessions(actor: Actor, subject: User) -> Ended:
    """End every session but the one that asks, listed or not; then those at the tenant.

    There those of this site, and those that the page has just shown.
    """
    with log_failure(Attempt(actor, subject, Action.OTHER_SESSIONS_ENDED)) as attempt:
        _authorize(actor, subject)
        with transaction.atomic():
            ended = end_generation(subject, keep=actor.request)
            event = write_event(attempt, Outcome.DONE, told=True)
            # Without knowing which is one's own, others are all that this site knows.
            shown = known_sids(subject_of(subject)) if _own_sid(actor) else ()
            sids = _without_own(actor, [*(row.sid for row in ended), *shown])
            operations = begin_session_revocations(actor, subject, sids)
    delete_stored(ended)
    return Ended("", _finish(attempt, event, operations))


def _finish(attempt: Attempt, event: ActivityEvent, operations: Sequence[Operation]) -> AtTenant:
    subject = attempt.subject
    assert subject is not None  # noqa: S101 - it is somebody's session
    outcome = revoke_sessions(subject, operations)
    invalidate(subject_of(subject))
    notify(attempt, event)
    return outcome


def _own_sid(actor: Actor) -> str:
    return (actor.assurance.session_id if actor.assurance else None) or ""


def _without_own(actor: Actor, sids: Iterable[str]) -> list[str]:
    """Two sessions here may be one at the tenant, and then it stays."""
    return [sid for sid in sids if sid != _own_sid(actor)]


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
