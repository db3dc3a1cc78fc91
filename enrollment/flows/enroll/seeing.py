"""How the tenant lists the method behind an enrollment."""

from collections.abc import Sequence

from enrollment.factors import FactorKind, Method
from enrollment.flows.enroll.rows import method_id_of
from enrollment.models import PendingEnrollment
from enrollment.pending import Seen, Way

NEW = "new"


def seen(row: PendingEnrollment, methods: Sequence[Method] | None) -> tuple[Seen, str]:
    """Return how the list shows it, and its id if it is there; no `methods` means that it was not read."""
    if methods is None:
        return Seen.UNREAD, ""
    found = _new_passkey(row, methods) if row.way is Way.CEREMONY else _own(row, methods)
    if found is None:
        return Seen.ABSENT, ""
    return (Seen.UNCONFIRMED if found.confirmed is False else Seen.CONFIRMED), found.id


def is_of(row: PendingEnrollment, method_id: str) -> bool:
    """Whether a method is the one behind an enrollment.

    Auth0's two APIs name types differently (`push`, `push-notification`), so what follows the type decides.
    """
    return any(own and tail(own) == tail(method_id) for own in (method_id_of(row), row.factor_id))


def _own(row: PendingEnrollment, methods: Sequence[Method]) -> Method | None:
    return next((method for method in methods if is_of(row, method.id)), None)


def _new_passkey(row: PendingEnrollment, methods: Sequence[Method]) -> Method | None:
    """Find the one that was not there when the ceremony was answered: before, a passkey has no id."""
    known = row.secrets.get("known")
    if known is None:
        return None
    taken = {*known, *(other.factor_id for other in _other_passkeys(row))}
    return next((m for m in methods if m.kind is FactorKind.PASSKEY and m.id not in taken), None)


def _other_passkeys(row: PendingEnrollment) -> list[PendingEnrollment]:
    return list(
        PendingEnrollment.objects.filter(subject=row.subject_id, kind=row.kind)
        .exclude(pk=row.pk)
        .exclude(sealed_factor_id="")
    )


def tail(method_id: str) -> str:
    """What an id has in common in both APIs; a method that is not made yet has nothing."""
    rest = method_id.rpartition("|")[2]
    return "" if rest == NEW else rest
