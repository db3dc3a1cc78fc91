"""Look at an account: its methods, how well they protect it, what happened to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, overload

from django.db.models import Subquery
from django.utils import timezone

from accounts.auth0.claims import HadFactor, HadResistant
from accounts.identity import User, subject_of
from enrollment.account.earlier import had_independent, had_resistant
from enrollment.account.methods import Factor
from enrollment.account.protection import Protection, protection
from enrollment.account.sign_in import SignIn
from enrollment.audit.timeline import SAME_WITHIN, Entry, Filter, filter_entries, merge, without_discarded
from enrollment.audit.timeline_sources import entries_from_tenant_log, entry_from_event
from enrollment.flows.account_lock import late_factors
from enrollment.flows.enroll.cleanup import cleanup_if_due
from enrollment.flows.enroll.resume import pending_of
from enrollment.flows.recovery_code import code_saved_at, is_unsaved
from enrollment.flows.settle import due_operations
from enrollment.gateways import factor_cache
from enrollment.gateways.factor_cache import Snapshot
from enrollment.gateways.sign_in import sign_in_of
from enrollment.gateways.tenant_log import TenantLog, log_of
from enrollment.models.activity import ActivityEvent, ActivityQuerySet, Outcome
from enrollment.models.locks import AccountLock, locks_of
from enrollment.models.pending_enrollment import PendingEnrollment
from enrollment.pending.repository import unsettled_enrollments

LATEST = 5
# One person pressing "Check again" must not spend the tenant's budget of calls for everybody.
CHECKED_AGAIN_AFTER = timedelta(seconds=5)


@dataclass(frozen=True)
class Overview:
    """`protection` is None where no list of factors is known: nothing is claimed about what was not seen.

    `late` are factors that came while the account was locked; `sign_in` is what a sign-in demands.
    """

    snapshot: Snapshot
    sign_in: SignIn
    protection: Protection | None
    events: tuple[ActivityEvent, ...]
    lock: AccountLock | None
    late: tuple[Factor, ...]
    pending: tuple[PendingEnrollment, ...]
    recovery_unsaved: bool


def security_overview(user: User) -> Overview:
    """Return what the security page shows; never raises, and asks the tenant once at most.

    What the tenant demands of everybody is read for all pages together, once in some minutes.
    """
    # First, for what it finds belongs on the page; its look at the list is then the page's as well.
    enrollments = unsettled_enrollments(user)
    cleanup_if_due(user, enrollments, due_operations(user))
    snapshot = factor_cache.factors_of(subject_of(user))
    rows = locks_of(user)
    late = late_factors(user, snapshot.factors or (), rows)
    events, saved_at = _latest_events(user)
    sign_in = sign_in_of(subject_of(user), may_call=snapshot.problem is None)
    return Overview(
        snapshot=snapshot,
        sign_in=sign_in,
        protection=protection(snapshot.factors, sign_in) if snapshot.factors is not None else None,
        events=events,
        lock=next((row for row in rows if row.ended_at is None), None),
        late=late,
        pending=pending_of(user, enrollments),
        recovery_unsaved=is_unsaved(saved_at, snapshot.factors),
    )


def check_again(user: User, snapshot: Snapshot) -> None:
    """Forget the list, so that the next page reads it again: for somebody who has added something elsewhere.

    Not what was read just now, nor while the tenant fails: it is being left in peace then.
    """
    fetched_at = snapshot.fetched_at
    if snapshot.problem is None and (fetched_at is None or timezone.now() - fetched_at > CHECKED_AGAIN_AFTER):
        factor_cache.invalidate(subject_of(user))


def _latest_events(user: User) -> tuple[tuple[ActivityEvent, ...], datetime | None]:
    """Read the latest events, and in the same query when the latest recovery code was saved."""
    events = ActivityEvent.objects.of(user).select_related("actor")
    rows = list(events.annotate(code_saved_at=Subquery(code_saved_at(user)))[:LATEST])
    saved_at = rows[0].code_saved_at if rows else None  # type: ignore[attr-defined]  # annotated above
    return tuple(rows), saved_at


@dataclass(frozen=True)
class Timeline:
    """`happenings` reads from the database what is looked at; `log` says how good the tenant's part is."""

    happenings: Sequence[Entry]
    log: TenantLog


class _Entries(Sequence[Entry]):
    """What both sources tell of, then what is older than all that the tenant keeps."""

    def __init__(self, joint: list[Entry], older: ActivityQuerySet) -> None:
        self.joint, self.older = joint, older

    def __len__(self) -> int:
        return len(self.joint) + self.older.count()

    @overload
    def __getitem__(self, index: int) -> Entry: ...
    @overload
    def __getitem__(self, index: slice) -> list[Entry]: ...
    def __getitem__(self, index: int | slice) -> Entry | list[Entry]:
        if isinstance(index, int):
            return self[index : index + 1][0]
        start, stop = index.start or 0, index.stop if index.stop is not None else len(self)
        first, last = max(0, start - len(self.joint)), max(0, stop - len(self.joint))
        older = self.older[first:last] if last > first else ()
        return [*self.joint[start:stop], *map(entry_from_event, older)]


def account_timeline(user: User, show: Filter = Filter.ALL) -> Timeline:
    """Return what happened, latest first; never raises, and asks the tenant once at most."""
    log = log_of(subject_of(user))
    there = entries_from_tenant_log(log.entries)
    rows = ActivityEvent.objects.of(user).with_emails()
    if not there:
        return Timeline(_Entries([], _picked_rows(rows, show)), log)
    # Only rows as recent as that can tell of the same as the tenant does.
    since = there[0].at - SAME_WITHIN
    theirs = without_discarded(there, _discarded(user))
    joint = merge(map(entry_from_event, rows.filter(at__gte=since)), theirs)
    return Timeline(_Entries(filter_entries(joint, show), _picked_rows(rows.filter(at__lt=since), show)), log)


def find_entry(user: User, key: str) -> Entry | None:
    """Find one by its key, among the person's own and nobody else's."""
    source, _, number = key.partition(":")
    if source == "here" and number.isdecimal() and len(number) < len(str(2**63)):
        row = ActivityEvent.objects.of(user).filter(pk=int(number)).first()
        return entry_from_event(row) if row else None
    there = entries_from_tenant_log(log_of(subject_of(user)).entries) if source == "tenant" else []
    return next((each for each in there if each.key == key), None)


def _discarded(user: User) -> set[str]:
    rows = PendingEnrollment.objects.filter(subject_id=user.pk).exclude(encrypted_orphans="")
    return {method_id for row in rows for method_id in row.discarded}


def _picked_rows(rows: ActivityQuerySet, show: Filter) -> ActivityQuerySet:
    """Pick in the database as `picked` does: all that is noted here is a change."""
    if show is Filter.SIGN_INS:
        return rows.none()
    if show is Filter.FAILED:
        return rows.filter(outcome__in=(Outcome.FAILED, Outcome.REFUSED))
    return rows


def answer_second_factor_asked(
    subject: str, before: datetime | None, may_call: bool, **_kwargs: Any
) -> HadFactor:
    """Answer from the list of factors, which stays cached for the page that follows; none is no answer."""
    factors = _factors_to_answer_from(subject, may_call)
    return HadFactor.UNKNOWN if factors is None else had_independent(factors, before)


def answer_phishing_resistant_asked(
    subject: str, before: datetime | None, may_call: bool, **_kwargs: Any
) -> HadResistant:
    """Answer the same way."""
    factors = _factors_to_answer_from(subject, may_call)
    if factors is None:
        return HadResistant(HadFactor.UNKNOWN, HadFactor.UNKNOWN)
    return had_resistant(factors, before)


def _factors_to_answer_from(subject: str, may_call: bool) -> Sequence[Factor] | None:
    return (factor_cache.reliable_factors_of if may_call else factor_cache.cached_factors_of)(subject)
