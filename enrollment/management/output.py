"""What a command prints: tables for people, one JSON document for programs."""

import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime
from io import StringIO
from shutil import get_terminal_size
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from accounts.identity import User, email_of, is_staff, subject_of
from enrollment.account.methods import Factor
from enrollment.account.protection import protection
from enrollment.account.sign_in import SignIn

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def printable(text: object) -> str:
    """Replace control characters: names are typed by people, and a terminal obeys what it is sent."""
    return "".join(REPLACEMENT if unicodedata.category(c).startswith("C") else c for c in str(text))


def rendered(headers: Sequence[str], rows: Iterable[Sequence[object]], *, pretty: bool) -> str:
    cells = [[printable(cell) for cell in row] for row in rows]
    if not pretty:
        return "\n".join("\t".join(row) for row in [list(headers), *cells])
    table = Table()
    for header in headers:
        # An id that is cut off cannot be copied.
        table.add_column(header, overflow="fold")
    for row in cells:
        table.add_row(*(Text(cell) for cell in row))
    page = StringIO()
    Console(file=page, width=get_terminal_size().columns).print(table)
    return page.getvalue().rstrip("\n")


def identity(person: User) -> dict[str, Any]:
    return {"sub": subject_of(person) or None, "email": email_of(person), "username": person.get_username()}


def account(person: User, factors: Sequence[Factor], sign_in: SignIn) -> dict[str, Any]:
    """One person of `mfa_user list --json`."""
    judged = protection(factors, sign_in)
    return {
        **identity(person),
        "is_staff": is_staff(person),
        "is_active": person.is_active,
        "protection": {
            "level": judged.level.value,
            "sentence": judged.sentence,
            "sign_in_asks": sign_in.demand.value,
        },
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
