"""Remove what enrollments left behind at the tenant: methods that nobody confirmed and nobody will."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from accounts.models import User
from enrollment import directory
from enrollment.activity import announce, record
from enrollment.factors import Method
from enrollment.flows.enroll.conclude import by_owner
from enrollment.flows.enroll.entry import attempt_of
from enrollment.flows.enroll.rows import change, is_shut_out, live
from enrollment.flows.enroll.seeing import is_of, tail
from enrollment.gateways import ManagementGateway, Problem, TenantError
from enrollment.models import PendingEnrollment
from enrollment.pending import STRAY_AGE
from enrollment.vocabulary import Outcome

logger = logging.getLogger(__name__)

# What could not be removed is tried again after this.
RESPITE = timedelta(minutes=10)


@dataclass(frozen=True)
class Cleaned:
    """Ids of methods that are gone, and of those that could not be removed and are left for later."""

    gone: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


def clean(subject: User, methods: Sequence[Method] | None = None) -> Cleaned:
    """Remove somebody's strays; never raises."""
    try:
        listed = directory.fresh_methods_of(subject.sub or "") if methods is None else methods
    except TenantError:
        return Cleaned()
    chosen = strays_in(subject, listed)
    gone = tuple(method.id for method in chosen if _removed(subject, method))
    confirmed = {method.id for method in listed if method.confirmed is not False}
    if confirmed.intersection(gone):  # the list that is cached shows it as a factor
        directory.forget(subject.sub or "", removed=gone)
    _tell_of_survivors(subject, confirmed)
    cleaned = Cleaned(gone, tuple(method.id for method in chosen if method.id not in gone))
    _close(subject, cleaned, confirmed)
    return cleaned


def strays_in(subject: User, methods: Sequence[Method]) -> tuple[Method, ...]:
    """Choose what goes: unconfirmed, not claimed by an open enrollment, and known as ours or old.

    What was shut out goes, confirmed or not.
    A young one that is not known may be under way on the tenant's own page. What is tied to a confirmed
    method stays, since the tenant deletes what is linked together.
    """
    now, open_rows = timezone.now(), live(subject)
    due = list(_due(subject, now))
    known = {tail(method_id) for row in due for method_id in row.strays}
    barred = {tail(method_id) for row in due if is_shut_out(row) for method_id in row.strays}
    ties = {tie for method in methods if method.confirmed is not False for tie in method.ties}
    return tuple(
        method
        for method in methods
        if tail(method.id) in barred
        or (
            method.confirmed is False
            and not method.ties & ties
            and not any(is_of(row, method.id) for row in open_rows)
            and (tail(method.id) in known or _is_old(method, now))
        )
    )


def _is_old(method: Method, now: datetime) -> bool:
    return method.created_at is not None and now - method.created_at > STRAY_AGE


def _due(subject: User, now: datetime) -> Iterator[PendingEnrollment]:
    yield from PendingEnrollment.objects.filter(subject=subject, clean_up_at__lte=now)


def _close(subject: User, cleaned: Cleaned, confirmed: set[str]) -> None:
    """Note what went and what is left to do; a row that somebody else changes meanwhile comes up again."""
    now = timezone.now()
    for row in _due(subject, now):
        still = [method_id for method_id in row.strays if method_id in cleaned.left]
        # What is not listed any more went, too, whoever removed it and did not live to note that.
        went = {*row.strays, *cleaned.gone} - {*cleaned.left, *confirmed}
        change(
            row,
            sealed_strays=row.sealed_with(still, sorted(went)),
            clean_up_at=now + RESPITE if cleaned.left else None,
        )


def _tell_of_survivors(subject: User, confirmed: set[str]) -> None:
    """A phone may have scanned its code in the moment in which it was given up: then the factor is there."""
    for row in _due(subject, timezone.now()):
        if confirmed.intersection(row.strays) and not is_shut_out(row):
            attempt = attempt_of(by_owner(subject), subject, row)
            announce(attempt, record(attempt, Outcome.DONE))


def _removed(subject: User, method: Method) -> bool:
    try:
        ManagementGateway.current().discard_method(subject.sub or "", method.id)
    except TenantError as error:
        if error.code is Problem.NOT_FOUND:
            return True
        logger.warning("An unfinished enrollment of user %s could not be removed: %s", subject.pk, error)
        return False
    return True
