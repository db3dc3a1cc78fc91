"""People and factors in the commands' JSON; members may be added later, none is renamed or dropped."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from accounts.models import User
from enrollment.factors import Factor, protection


def identity(person: User) -> dict[str, Any]:
    return {"sub": person.sub, "email": person.email, "username": person.username}


def account(person: User, factors: Sequence[Factor]) -> dict[str, Any]:
    """One person of `mfa_user list --json`."""
    judged = protection(factors)
    return {
        **identity(person),
        "is_staff": person.is_staff,
        "is_active": person.is_active,
        "protection": {"level": judged.level.value, "sentence": judged.sentence},
        "factors": [factor_of(factor) for factor in factors],
    }


def factor_of(factor: Factor) -> dict[str, Any]:
    """One factor. `address` is masked: a phone number is nobody's business but its owner's."""
    return {
        "id": factor.id,
        "kind": factor.kind.value,
        "label": factor.type_label,
        "name": factor.name,
        "address": factor.address,
        "second_factor": factor.is_second_factor,
        "phishing_resistant": factor.phishing_resistant,
        "removable": factor.removable,
        "added_at": _moment(factor.added_at),
        "last_used_at": _moment(factor.last_used_at),
        "method_ids": sorted(factor.method_ids),
    }


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
