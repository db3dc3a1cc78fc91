"""Settle enrollments that time has caught up with, and remove what they left behind at the tenant."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.auth0 import cache
from accounts.auth0.errors import Problem, TenantError
from accounts.identity import User, subject_of
from enrollment.account.methods import Method
from enrollment.actors import Actor
from enrollment.audit.log import notify, write_event
from enrollment.flows.enroll.authorize import attempt_of
from enrollment.flows.enroll.reconcile import notify_added, owner_actor, read_methods, reconcile
from enrollment.flows.settle import settle_operations
from enrollment.gateways import factor_cache
from enrollment.gateways.management import ManagementGateway
from enrollment.models.activity import Outcome
from enrollment.models.operation import Operation
from enrollment.models.pending_enrollment import PendingEnrollment
from enrollment.pending.repository import (
    belongs_to,
    id_suffix,
    is_shut_out,
    unsettled_enrollments,
    update,
)
from enrollment.pending.state_machine import ORPHAN_AGE, State

logger = logging.getLogger(__name__)

# What could not be removed is tried again after this.
RETRY_AFTER = timedelta(minutes=10)


@dataclass(frozen=True)
class Removed:
    """Ids of methods that are gone, and of those that could not be removed and are left for later."""

    gone: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


def remove_orphans(
    subject: User,
    methods: Sequence[Method] | None = None,
    rows: Sequence[PendingEnrollment] | None = None,
) -> Removed:
    """Remove somebody's orphans; never raises. Methods and rows are read where they are not given."""
    try:
        listed = factor_cache.fresh_methods_of(subject_of(subject)) if methods is None else methods
    except TenantError:
        return Removed()
    rows = unsettled_enrollments(subject) if rows is None else rows
    chosen = orphans_in(rows, listed)
    gone = tuple(method.id for method in chosen if _removed(subject, method))
    confirmed = {method.id for method in listed if method.confirmed is not False}
    if confirmed.intersection(gone):  # the list that is cached shows it as a factor
        factor_cache.invalidate(subject_of(subject), removed=gone)
    _tell_of_survivors(subject, rows, confirmed)
    cleaned = Removed(gone, tuple(method.id for method in chosen if method.id not in gone))
    _close(rows, cleaned, confirmed)
    return cleaned


def orphans_in(rows: Sequence[PendingEnrollment], methods: Sequence[Method]) -> tuple[Method, ...]:
    """Choose what goes: unconfirmed, not claimed by an open enrollment, and known as ours or old.

    What was shut out goes, confirmed or not.
    A young one that is not known may be under way on the tenant's own page. What is tied to a confirmed
    method stays, since the tenant deletes what is linked together.
    """
    now, leaving = timezone.now(), _leaving(rows)
    known = {id_suffix(method_id) for row in leaving for method_id in row.orphans}
    barred = {id_suffix(method_id) for row in leaving if is_shut_out(row) for method_id in row.orphans}
    ties = {tie for method in methods if method.confirmed is not False for tie in method.ties}
    return tuple(
        method
        for method in methods
        if id_suffix(method.id) in barred
        or (
            method.confirmed is False
            and not method.ties & ties
            and not any(belongs_to(row, method.id) for row in rows if row.is_live)
            and (id_suffix(method.id) in known or _is_old(method, now))
        )
    )


def _is_old(method: Method, now: datetime) -> bool:
    return method.created_at is not None and now - method.created_at > ORPHAN_AGE


def _leaving(rows: Iterable[PendingEnrollment]) -> list[PendingEnrollment]:
    """Choose the rows that left something to clean up, and are due."""
    now = timezone.now()
    return [row for row in rows if row.clean_up_at and row.clean_up_at <= now]


def _close(rows: Sequence[PendingEnrollment], cleaned: Removed, confirmed: set[str]) -> None:
    """Note what went and what is left to do; a row that somebody else changes meanwhile comes up again."""
    now = timezone.now()
    for row in _leaving(rows):
        still = [method_id for method_id in row.orphans if method_id in cleaned.left]
        # What is not listed any more went, too, whoever removed it and did not live to note that.
        went = {*row.orphans, *cleaned.gone} - {*cleaned.left, *confirmed}
        update(
            row,
            encrypted_orphans=row.encrypt_orphans(still, sorted(went)),
            clean_up_at=now + RETRY_AFTER if cleaned.left else None,
        )


def _tell_of_survivors(subject: User, rows: Sequence[PendingEnrollment], confirmed: set[str]) -> None:
    """A phone may have scanned its code in the moment in which it was given up: then the factor is there."""
    for row in _leaving(rows):
        while not is_shut_out(row) and (survived := confirmed.intersection(row.orphans)):
            _tell_of(subject, row, survived)


def _tell_of(subject: User, row: PendingEnrollment, survived: set[str]) -> None:
    """Take it off the row and write of it in one transaction: a worker that dies leaves both or neither."""
    attempt = attempt_of(owner_actor(subject), subject, row)
    rest = [method_id for method_id in row.orphans if method_id not in survived]
    with transaction.atomic():
        taken = update(row, encrypted_orphans=row.encrypt_orphans(rest))
        event = write_event(attempt, Outcome.DONE, told=True) if taken else None
    if event:
        notify(attempt, event)


def _removed(subject: User, method: Method) -> bool:
    try:
        ManagementGateway.current().discard_method(subject_of(subject), method.id)
    except TenantError as error:
        if error.code is Problem.NOT_FOUND:
            return True
        logger.warning("An unfinished enrollment of user %s could not be removed: %s", subject.pk, error)
        return False
    return True


# A page that is looked at does not ask the tenant for this more often.
CLEANUP_EVERY_SECONDS = 60


def cleanup(
    actor: Actor, subject: User, methods: Sequence[Method] | None, rows: Sequence[PendingEnrollment]
) -> Removed:
    """Settle these rows of one person now, by this list of methods; None where there is no list."""
    late = [row for row in rows if row.is_due and row.status is State.CONFIRMED and row.notified_at is None]
    for row in rows:
        if row.is_live:
            reconcile(actor, row, methods)
    for row in late:
        notify_added(owner_actor(subject), row)
    return remove_orphans(subject, methods, rows) if methods is not None else Removed()


def cleanup_if_due(
    subject: User, rows: Sequence[PendingEnrollment], operations: Sequence[Operation] = ()
) -> None:
    """Do it where there is something to do, for a page that is looked at: seldom a call, never an error.

    Changes whose answer got lost are looked up whenever the list is read.
    """
    is_due = any(row.is_due for row in rows) and cache.claim(
        f"enrollment:tidy:{subject.pk}", CLEANUP_EVERY_SECONDS
    )
    if not (is_due or operations):
        return
    methods = read_methods(subject)
    settle_operations(subject, operations, methods)
    if is_due:
        cleanup(owner_actor(subject), subject, methods, rows)
