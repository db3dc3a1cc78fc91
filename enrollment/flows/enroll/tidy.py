"""Put all enrollments of a person in order: settled, told, cleaned up after."""

from collections.abc import Sequence
from datetime import datetime

from django.core.cache import cache
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import User
from enrollment.actors import Actor
from enrollment.factors import Method
from enrollment.flows.enroll.cleaning import Cleaned, clean
from enrollment.flows.enroll.conclude import by_owner, tell
from enrollment.flows.enroll.rows import live
from enrollment.flows.enroll.settle import look, settle
from enrollment.models import PendingEnrollment
from enrollment.pending import LIVE, State

# A page that is looked at does not ask the tenant for this more often.
TIDY_EVERY_SECONDS = 60


def due_rows(now: datetime) -> QuerySet[PendingEnrollment]:
    """Find what time has caught up with: workers gone, time over, mails unsent, methods left behind."""
    silent = Q(lease_until__isnull=True) | Q(lease_until__lte=now)
    stuck = Q(state__in=(State.STARTING, State.CONFIRMING, State.UNKNOWN)) & silent
    over = Q(state__in=LIVE, expires_at__lte=now) & silent
    untold = Q(state=State.CONFIRMED, told_at__isnull=True) & silent
    return PendingEnrollment.objects.filter(stuck | over | untold | Q(clean_up_at__lte=now))


def tidy(actor: Actor, subject: User, methods: Sequence[Method] | None) -> Cleaned:
    """Do it now, by this list of methods; None where there is no list."""
    for row in live(subject):
        settle(actor, row, methods)
    _tell_late(subject)
    return clean(subject, methods) if methods is not None else Cleaned()


def tidy_if_due(subject: User) -> None:
    """Do it where there is something to do, for a page that is looked at: seldom a call, never an error."""
    if not due_rows(timezone.now()).filter(subject=subject).exists():
        return
    if cache.add(f"enrollment:tidy:{subject.pk}", 1, TIDY_EVERY_SECONDS):
        tidy(by_owner(subject), subject, look(subject))


def _tell_late(subject: User) -> None:
    for row in due_rows(timezone.now()).filter(subject=subject, state=State.CONFIRMED, told_at__isnull=True):
        tell(by_owner(subject), row)
