"""How the tenant lists the method behind an enrollment."""

from collections.abc import Sequence

from enrollment.account.methods import Method
from enrollment.models.pending_enrollment import PendingEnrollment
from enrollment.pending.repository import method_id_of
from enrollment.pending.state_machine import ListedAs

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
