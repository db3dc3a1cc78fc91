"""“This wasn't me”: shut everybody out, at once, no questions asked, and say what was done and what was not.

Being signed in is enough for it: somebody in a panic must not be held up, and it opens nothing. Each step is
tried whatever became of the others, and leaves a row of its own in the trail.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.auth0.errors import Certainty, Problem, TenantError
from accounts.identity import User, subject_of
from accounts.sessions.user_sessions import end_sessions
from accounts.step_up.my_account import drop_token
from enrollment.actors import Actor
from enrollment.audit.log import Attempt, Refused, log_failure, logged, notify, write_event
from enrollment.flows.account_lock import unlock
from enrollment.flows.change import authorized_change, check_permission
from enrollment.flows.enroll.resume import cancel_all
from enrollment.gateways import factor_cache, tenant_log
from enrollment.gateways.access import AccessGateway
from enrollment.gateways.management import ManagementGateway
from enrollment.models import locks
from enrollment.models.activity import Action, ActivityEvent, Outcome

logger = logging.getLogger(__name__)

# It takes the tenant several calls and the person an e-mail; once it was done, it holds.
MOST_ALARMS = 3
MOST_ALARMS_WITHIN = timedelta(minutes=15)
AT_TENANT = (Action.TENANT_SESSIONS_ENDED, Action.TOKENS_REVOKED, Action.BROWSERS_FORGOTTEN)
# In the order in which they are done.
STEPS = (Action.LOCKED, Action.SITE_SESSIONS_ENDED, *AT_TENANT)
# Where the one call for both is not allowed, each of the two may be.
NOT_OFFERED = frozenset({Problem.FORBIDDEN, Problem.NOT_FOUND})


def raise_alarm(actor: Actor, subject: User, request: HttpRequest | None = None, about: str = "") -> None:
    """Lock, sign out everywhere but in the browser of `request`, forget browsers, tell the person.

    Never raises for what the tenant does; `alarm_report` tells how each step went.
    """
    if not actor.is_self(subject):
        raise Refused("not-for-others", _("Only the person whose account it is can say so."))
    _check_often(subject)
    actor = replace(actor, reason=about)
    event = write_event(Attempt(actor, subject, Action.ALARM_RAISED), Outcome.DONE)
    actor = replace(actor, reason="")
    locks.lock_account(subject)
    _note(actor, subject, Action.LOCKED)
    _end_here(actor, subject, request)
    _end_at_tenant(actor, subject)
    # A phone could scan its code all the same, and add a factor that no page of ours would have let through.
    cancel_all(subject, Problem.LOCKED)
    for known in (factor_cache, tenant_log):
        known.invalidate(subject_of(subject))
    notify(Attempt(actor, subject, Action.ALARM_RAISED), event)


def _check_often(subject: User) -> None:
    since = timezone.now() - MOST_ALARMS_WITHIN
    lately = ActivityEvent.objects.of(subject).filter(action=Action.ALARM_RAISED, at__gt=since)
    if lately.count() >= MOST_ALARMS:
        raise Refused(
            "too-often",
            _("You have said so several times just now, and what that did still holds. Try again later."),
        )


def _end_here(actor: Actor, subject: User, request: HttpRequest | None) -> None:
    attempt = Attempt(actor, subject, Action.SITE_SESSIONS_ENDED)
    try:
        end_sessions(subject, keep=request)
        if request is not None:
            drop_token(request)
    except Exception:  # stores of sessions raise what they like; the tenant's part must be tried all the same
        logger.exception("Could not end the sessions of user %s", subject.pk)
        write_event(attempt, Outcome.UNKNOWN, "store-failed")
    else:
        write_event(attempt, Outcome.DONE)


def _end_at_tenant(actor: Actor, subject: User) -> None:
    """Sessions and refresh tokens, by one call where it is offered; then remembered browsers."""
    sub = subject_of(subject)
    error = sessions = tokens = _tried(lambda: AccessGateway.current().revoke_access(sub))
    if error and error.code in NOT_OFFERED:
        sessions = _tried(lambda: AccessGateway.current().end_sessions(sub))
        tokens = _tried(lambda: AccessGateway.current().revoke_refresh_tokens(sub))
    _note(actor, subject, Action.TENANT_SESSIONS_ENDED, sessions)
    _note(actor, subject, Action.TOKENS_REVOKED, tokens)
    if error is None or error.code is not Problem.UNREACHABLE:
        error = _tried(lambda: forget_browsers_at_tenant(subject))
    _note(actor, subject, Action.BROWSERS_FORGOTTEN, error)


def _tried(change: Callable[[], None]) -> TenantError | None:
    """Try, and once more where the answer got lost: all of this done twice is done once.

    What timed out is not repeated, for somebody is waiting.
    """
    try:
        change()
    except TenantError as error:
        if error.outcome is Certainty.NOT_DONE or error.code is Problem.TIMEOUT:
            return error
        try:
            change()
        except TenantError as again:
            return again.but(Certainty.UNKNOWN)
    return None


def _note(actor: Actor, subject: User, action: Action, error: TenantError | None = None) -> None:
    attempt = Attempt(actor, subject, action)
    if error is None:
        write_event(attempt, Outcome.DONE)
    else:
        unknown = error.outcome is Certainty.UNKNOWN
        write_event(attempt, Outcome.UNKNOWN if unknown else Outcome.FAILED, error.code.value)


def alarm_report(subject: User) -> tuple[ActivityEvent, ...]:
    """Return the latest alarm's row, then the rows of its steps; one that is missing was not done.

    Nothing where there was no alarm.
    """
    rows = ActivityEvent.objects.of(subject)
    latest = rows.filter(action=Action.ALARM_RAISED).first()
    if latest is None:
        return ()
    steps: Iterable[ActivityEvent] = rows.filter(action__in=STEPS, pk__gt=latest.pk).order_by("pk")
    first = {row.action: row for row in reversed(list(steps))}
    return (latest, *(first[action] for action in STEPS if action in first))


def forget_browsers(actor: Actor, subject: User) -> None:
    attempt = Attempt(actor, subject, Action.BROWSERS_FORGOTTEN)
    with logged(attempt), authorized_change(actor, subject):
        attempt.begin()
        forget_browsers_at_tenant(subject)


def forget_browsers_at_tenant(subject: User) -> None:
    """Ask once more where the answer is lost: no list tells, and doing it twice is doing it once."""
    gateway = ManagementGateway.current()
    try:
        gateway.forget_browsers(subject_of(subject))
    except TenantError as error:
        if error.outcome is Certainty.NOT_DONE:
            raise
        _once_more(gateway, subject)


def _once_more(gateway: ManagementGateway, subject: User) -> None:
    try:
        gateway.forget_browsers(subject_of(subject))
    except TenantError as error:
        raise error.but(Certainty.UNKNOWN) from None


def require_operator(actor: Actor, subject: User) -> None:
    """Refuse everybody but operators: staff can be talked into it, and people have a button of their own."""
    check_permission(actor, subject)
    if not actor.is_operator:
        raise Refused("operators-only", _("Only an operator may do this, at the command line."))


def lock_by_operator(actor: Actor, subject: User) -> None:
    """Let nobody change a person's factors until they have signed in anew; ends no session."""
    with logged(Attempt(actor, subject, Action.LOCKED)):
        require_operator(actor, subject)
        locks.lock_account(subject)


def unlock_by_operator(actor: Actor, subject: User) -> None:
    """End a lock whose owner has lost what they would prove themselves with."""
    with log_failure(Attempt(actor, subject, Action.UNLOCKED)):
        require_operator(actor, subject)
        row = locks.current_lock(subject)
        if row is None:
            raise Refused("not-frozen", _("This account is not frozen."))
        unlock(actor, subject, row)
