"""“This wasn't me”: shut everybody out, at once, no questions asked, and say what was done and what was not.

Being signed in is enough for it: somebody in a panic must not be held up, and it opens nothing. Each step is
tried whatever became of the others, and leaves its own row in the trail.
"""

from dataclasses import replace
from datetime import timedelta

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.auth0.errors import Problem
from accounts.identity import User, subject_of
from accounts.sessions.user_sessions import delete_stored, end_generation
from accounts.step_up.my_account import drop_token
from enrollment.actors import Actor
from enrollment.audit.log import Attempt, Refused, log_failure, logged, notify, write_event
from enrollment.flows.account_lock import unlock
from enrollment.flows.change import authorized_change, check_permission
from enrollment.flows.enroll.resume import cancel_all
from enrollment.flows.revocations import (
    AT_TENANT,
    begin_revocations,
    forget_browsers_at_tenant,
    open_revocations,
    revoke,
)
from enrollment.gateways import factor_cache, tenant_log
from enrollment.models import locks
from enrollment.models.activity import Action, ActivityEvent, Outcome

# It takes the tenant several calls and the person an email; once it was done, it holds.
MOST_ALARMS = 3
MOST_ALARMS_WITHIN = timedelta(minutes=15)
# In the order in which they are done.
STEPS = (Action.LOCKED, Action.SITE_SESSIONS_ENDED, *AT_TENANT)


def raise_alarm(actor: Actor, subject: User, request: HttpRequest | None = None, about: str = "") -> None:
    """Lock, sign out everywhere but in the browser of `request`, forget browsers, tell the person.

    What is done here is done in one transaction, or not at all and not said; the tenant's part is retried.
    Never raises for what the tenant does; `alarm_report` tells how each step went.
    """
    if not actor.is_self(subject):
        raise Refused("not-for-others", _("Only the person whose account it is can say so."))
    _check_often(subject)
    actor = replace(actor, reason=about)
    with transaction.atomic():
        event = write_event(Attempt(actor, subject, Action.ALARM_RAISED), Outcome.DONE, told=True)
        actor = replace(actor, reason="")
        locks.lock_account(subject)
        write_event(Attempt(actor, subject, Action.LOCKED), Outcome.DONE)
        ended = end_generation(subject, keep=request)
        write_event(Attempt(actor, subject, Action.SITE_SESSIONS_ENDED), Outcome.DONE)
        revocations = begin_revocations(actor, subject)
    delete_stored(ended)
    if request is not None:
        drop_token(request)
    revoke(subject, revocations)
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


def alarm_report(subject: User) -> tuple[ActivityEvent, ...]:
    """Return the latest alarm's row, then the rows of its steps; one that is missing was not done.

    Nothing where there was no alarm.
    """
    rows = ActivityEvent.objects.of(subject)
    latest = rows.filter(action=Action.ALARM_RAISED).first()
    if latest is None:
        return ()
    steps: dict[str, ActivityEvent] = {}
    for row in rows.filter(action__in=STEPS, pk__gt=latest.pk).order_by("pk"):
        # What failed at first may have been done since.
        if row.action not in steps or row.outcome == Outcome.DONE:
            steps[row.action] = row
    return (latest, *(steps[action] for action in STEPS if action in steps))


def steps_still_tried(subject: User) -> set[str]:
    """Return the actions at the tenant that are not done yet, and are tried until they are."""
    return set(open_revocations(subject).values_list("action", flat=True))


def forget_browsers(actor: Actor, subject: User) -> None:
    attempt = Attempt(actor, subject, Action.BROWSERS_FORGOTTEN)
    with logged(attempt), authorized_change(actor, subject):
        attempt.begin()
        forget_browsers_at_tenant(subject)


def require_operator(actor: Actor, subject: User) -> None:
    """Refuse everybody but operators: staff can be talked into it, and people have their own button."""
    check_permission(actor, subject)
    if not actor.is_operator:
        raise Refused("operators-only", _("Only an operator may do this, at the command line."))


def lock_by_operator(actor: Actor, subject: User) -> None:
    """Let nobody change a person's factors until they have signed in again; ends no session."""
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
