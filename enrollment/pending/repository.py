"""Rows of enrollments: made, found, told in the tenant's list and moved on, each move a compare-and-set."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import BooleanField, ExpressionWrapper, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.auth0.errors import Problem
from accounts.identity import User
from enrollment import conf
from enrollment.account.methods import Method
from enrollment.audit.log import Refused
from enrollment.kinds.base import Kind
from enrollment.models.pending_enrollment import PendingEnrollment, Secrets
from enrollment.pending.state_machine import (
    CLOSED_STATES,
    LIFE,
    MAX_STARTED_WITHIN,
    OPEN_STATES,
    ORPHAN_AGE,
    Event,
    ListedAs,
    State,
    advance,
)


def get_owned(subject: User, pending_id: UUID | str) -> PendingEnrollment:
    """Find an enrollment by its owner and id together: ids come from the browser."""
    try:
        row = PendingEnrollment.objects.get(subject_id=subject.pk, pk=pending_id)
    except (PendingEnrollment.DoesNotExist, ValidationError):
        raise Refused("no-such-enrollment", _("There is no such enrollment, or not any more.")) from None
    return _owned_by(subject, row)


def _owned_by(subject: User, row: PendingEnrollment) -> PendingEnrollment:
    """Let a row have its owner as they are known already: read again, their subject would cost a query."""
    row.subject = cast(Any, subject)
    return row


def unsettled_enrollments(subject: User) -> list[PendingEnrollment]:
    """Read, in one query, what is open, what time has caught up with, and what was begun lately.

    Moving a row on keeps it true, so a flow reads them once and asks the rows afterwards.
    """
    now = timezone.now()
    lately = Q(started_at__gt=now - MAX_STARTED_WITHIN)
    rows = PendingEnrollment.objects.filter(subject_id=subject.pk)
    # The model has a default, for rows that were read otherwise.
    marked = rows.annotate(is_due=ExpressionWrapper(due(now), BooleanField()))  # type: ignore[no-redef]
    wanted = marked.filter(Q(state__in=OPEN_STATES) | lately | Q(is_due=True))
    return [_owned_by(subject, row) for row in wanted]


def due(now: datetime) -> Q:
    """Find what time has caught up with: workers gone, time over, mails unsent, methods left behind."""
    silent = Q(lease_until__isnull=True) | Q(lease_until__lte=now)
    stuck = Q(state__in=(State.STARTING, State.CONFIRMING, State.UNKNOWN)) & silent
    over = Q(state__in=OPEN_STATES, expires_at__lte=now) & silent
    untold = Q(state=State.CONFIRMED, notified_at__isnull=True) & silent
    return stuck | over | untold | Q(clean_up_at__lte=now)


def open_of_kind(rows: Iterable[PendingEnrollment], kind: Kind) -> PendingEnrollment | None:
    return next((row for row in rows if row.is_live and row.factor_kind is kind), None)


def lease_end(now: datetime) -> datetime:
    """Return until when a call that starts now may still be answered, however patient the settings are."""
    return now + conf.longest_call()


def create(subject: User, kind: Kind, **fields: Any) -> PendingEnrollment | None:
    """Write the row that comes before the first call; None where somebody else has just done the same."""
    now = timezone.now()
    try:
        with transaction.atomic():
            return PendingEnrollment.objects.create(
                subject=cast(Any, subject),
                kind=kind.value,
                state=State.STARTING.value,
                started_at=now,
                updated_at=now,
                expires_at=now + LIFE,
                lease_until=lease_end(now),
                # Should the worker die, what it had made is found by its age alone.
                clean_up_at=now + ORPHAN_AGE,
                **fields,
            )
    except IntegrityError:
        return None


def transition(row: PendingEnrollment, event: Event, **changes: Any) -> bool:
    """Let an event happen, if nothing has happened to the row since it was read; say whether it did.

    Either way the row is true afterwards. A row that closes loses its secrets, and an unconfirmed
    method that is left of it is noted for cleaning up.
    """
    target = advance(row.status, event)
    fields: dict[str, Any] = {"state": target.value, "lease_until": None, **changes}
    if target in CLOSED_STATES:
        fields |= {"encrypted_secrets": "", **_left_behind(row, target)}
    return update(row, **fields)


def update(row: PendingEnrollment, **fields: Any) -> bool:
    """Change a row that nobody has changed since it was read; one that somebody has is read again."""
    fields |= {"version": row.version + 1, "updated_at": timezone.now()}
    if not PendingEnrollment.objects.filter(pk=row.pk, version=row.version).update(**fields):
        row.refresh_from_db()
        return False
    for name, value in fields.items():
        setattr(row, name, value)
    return True


def add_orphans(row: PendingEnrollment, ids: Iterable[str]) -> None:
    """Add methods to be removed, whatever else happens to the row."""
    for method_id in ids:
        while method_id and method_id not in row.orphans:
            update(
                row,
                encrypted_orphans=row.encrypt_orphans([*row.orphans, method_id]),
                clean_up_at=timezone.now(),
            )


def is_shut_out(row: PendingEnrollment) -> bool:
    """Whether the account was locked before it was done: then nothing of it stays at the tenant."""
    return row.problem == Problem.LOCKED


def method_id_of(row: PendingEnrollment) -> str:
    """Auth0's id of the unconfirmed method; nothing for a passkey, which has none before it exists."""
    return str(row.secrets.get("method_id") or "")


def _left_behind(row: PendingEnrollment, target: State) -> Secrets:
    if target is State.CONFIRMED:
        return {} if row.orphans else {"clean_up_at": None}
    if not (method_id := method_id_of(row)):
        # Either there is nothing, or nobody knows its id: then its age tells, later.
        return {} if row.status is State.STARTING or row.orphans else {"clean_up_at": None}
    return {
        "encrypted_orphans": row.encrypt_orphans([*row.orphans, method_id]),
        "clean_up_at": timezone.now(),
    }


NEW = "new"


def find_listed(row: PendingEnrollment, methods: Sequence[Method] | None) -> tuple[ListedAs, str]:
    """Return how the list shows it, and its id if it is there; no `methods` means that it was not read."""
    if methods is None:
        return ListedAs.UNREAD, ""
    found = _own(row, methods) if row.confirmation.is_listed_before else _new(row, methods)
    if found is None:
        return ListedAs.ABSENT, ""
    return (ListedAs.UNCONFIRMED if found.confirmed is False else ListedAs.CONFIRMED), found.id


def belongs_to(row: PendingEnrollment, method_id: str) -> bool:
    """Whether a method is the one behind an enrollment.

    Auth0's two APIs name types differently (`push`, `push-notification`), so what follows the type decides.
    """
    return any(own and id_suffix(own) == id_suffix(method_id) for own in (method_id_of(row), row.factor_id))


def _own(row: PendingEnrollment, methods: Sequence[Method]) -> Method | None:
    return next((method for method in methods if belongs_to(row, method.id)), None)


def _new(row: PendingEnrollment, methods: Sequence[Method]) -> Method | None:
    """Find the one that was not there when the proof was given: before, such a method has no id."""
    known = row.secrets.get("known")
    if known is None:
        return None
    taken = {*known, *(other.factor_id for other in _others_of_kind(row))}
    return next((m for m in methods if m.kind is row.factor_kind and m.id not in taken), None)


def _others_of_kind(row: PendingEnrollment) -> list[PendingEnrollment]:
    return list(
        PendingEnrollment.objects.filter(subject=row.subject_id, kind=row.kind)
        .exclude(pk=row.pk)
        .exclude(encrypted_factor_id="")
    )


def id_suffix(method_id: str) -> str:
    """What an id has in common in both APIs; a method that is not made yet has nothing."""
    rest = method_id.rpartition("|")[2]
    return "" if rest == NEW else rest
