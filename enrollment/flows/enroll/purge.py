"""Put everybody's enrollments in order, those of people who never came back too."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils import timezone

from accounts.models import User
from enrollment import directory
from enrollment.factors import FactorKind, Method
from enrollment.flows.enroll.cleaning import strays_in
from enrollment.flows.enroll.conclude import by_owner
from enrollment.flows.enroll.rows import live
from enrollment.flows.enroll.seeing import is_of
from enrollment.flows.enroll.settle import foreseen
from enrollment.flows.enroll.tidy import due_rows, tidy
from enrollment.gateways import TenantError
from enrollment.models import PendingEnrollment
from enrollment.pending import CLOSED, KEPT_FOR, State


@dataclass(frozen=True)
class Moved:
    """What became of one enrollment."""

    kind: FactorKind
    before: State
    after: State


@dataclass(frozen=True)
class Purged:
    """What was done for one person, or would be. `left` could not be removed; `problem`: nothing was done."""

    person: User
    moved: tuple[Moved, ...] = ()
    removed: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    problem: TenantError | None = None


def people_due() -> list[User]:
    """Return everybody with an enrollment that time has caught up with."""
    return list(User.objects.filter(pk__in=due_rows(timezone.now()).values("subject")).order_by("pk"))


def purge(person: User, *, dry_run: bool = False) -> Purged:
    """Settle a person's enrollments by the tenant's list, and remove what they left behind there."""
    try:
        methods = directory.fresh_methods_of(person.sub or "")
    except TenantError as error:
        return Purged(person, problem=error)
    if dry_run:
        return _foreseen(person, methods)
    before = {row.pk: row.status for row in live(person)}
    cleaned = tidy(by_owner(person), person, methods)
    after = PendingEnrollment.objects.filter(pk__in=before)
    moved = tuple(Moved(row.factor_kind, before[row.pk], row.status) for row in after)
    return Purged(person, _changes(moved), cleaned.gone, cleaned.left)


def drop_old(*, dry_run: bool = False) -> int:
    """Delete rows that were over long ago and left nothing; say how many."""
    old = PendingEnrollment.objects.filter(
        state__in=CLOSED, updated_at__lt=timezone.now() - KEPT_FOR, clean_up_at__isnull=True
    )
    return old.count() if dry_run else old.delete()[0]


def _foreseen(person: User, methods: Sequence[Method]) -> Purged:
    rows = live(person)
    moved = [Moved(row.factor_kind, row.status, foreseen(row, methods)) for row in rows]
    ending = [row for row, move in zip(rows, moved, strict=True) if move.after in CLOSED]
    left_behind = [m.id for m in methods if m.confirmed is False and any(is_of(row, m.id) for row in ending)]
    return Purged(person, _changes(moved), (*left_behind, *(m.id for m in strays_in(person, methods))))


def _changes(moved: Iterable[Moved]) -> tuple[Moved, ...]:
    return tuple(move for move in moved if move.after is not move.before)
