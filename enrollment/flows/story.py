"""Look at what happened to an account, as this site and the tenant noted it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import overload

from accounts.models import User
from enrollment.models import ActivityEvent, ActivityQuerySet, PendingEnrollment
from enrollment.tenant_log import TenantLog, log_of
from enrollment.timeline import (
    SAME_WITHIN,
    Happening,
    Show,
    joined,
    noted_by_tenant,
    noted_here,
    picked,
    without_discarded,
)
from enrollment.vocabulary import Outcome


@dataclass(frozen=True)
class Story:
    """`happenings` reads from the database what is looked at; `log` says how good the tenant's part is."""

    happenings: Sequence[Happening]
    log: TenantLog


class _Told(Sequence[Happening]):
    """What both sources tell of, then what is older than all that the tenant keeps."""

    def __init__(self, joint: list[Happening], older: ActivityQuerySet) -> None:
        self.joint, self.older = joint, older

    def __len__(self) -> int:
        return len(self.joint) + self.older.count()

    @overload
    def __getitem__(self, index: int) -> Happening: ...
    @overload
    def __getitem__(self, index: slice) -> list[Happening]: ...
    def __getitem__(self, index: int | slice) -> Happening | list[Happening]:
        if isinstance(index, int):
            return self[index : index + 1][0]
        start, stop = index.start or 0, index.stop if index.stop is not None else len(self)
        first, last = max(0, start - len(self.joint)), max(0, stop - len(self.joint))
        older = self.older[first:last] if last > first else ()
        return [*self.joint[start:stop], *map(noted_here, older)]


def account_story(user: User, show: Show = Show.ALL) -> Story:
    """Return what happened, latest first; never raises, and asks the tenant once at most."""
    log = log_of(user.sub or "")
    there = noted_by_tenant(log.entries)
    rows = ActivityEvent.objects.of(user)
    if not there:
        return Story(_Told([], _picked_rows(rows, show)), log)
    # Only rows as recent as that can tell of the same as the tenant does.
    since = there[0].at - SAME_WITHIN
    theirs = without_discarded(there, _discarded(user))
    joint = joined(map(noted_here, rows.filter(at__gte=since)), theirs)
    return Story(_Told(picked(joint, show), _picked_rows(rows.filter(at__lt=since), show)), log)


def find_happening(user: User, key: str) -> Happening | None:
    """Find one by its key, among the person's own and nobody else's."""
    source, _, number = key.partition(":")
    if source == "here" and number.isdecimal() and len(number) < len(str(2**63)):
        row = ActivityEvent.objects.of(user).filter(pk=int(number)).first()
        return noted_here(row) if row else None
    there = noted_by_tenant(log_of(user.sub or "").entries) if source == "tenant" else []
    return next((each for each in there if each.key == key), None)


def _discarded(user: User) -> set[str]:
    rows = PendingEnrollment.objects.filter(subject=user).exclude(sealed_strays="")
    return {method_id for row in rows for method_id in row.discarded}


def _picked_rows(rows: ActivityQuerySet, show: Show) -> ActivityQuerySet:
    """Pick in the database as `picked` does: all that is noted here is a change."""
    if show is Show.SIGN_INS:
        return rows.none()
    if show is Show.FAILED:
        return rows.filter(outcome__in=(Outcome.FAILED, Outcome.REFUSED))
    return rows
