"""How factors are spoken of inside a sentence."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from enrollment.account.methods import Factor


def phrase(factor: Factor) -> str:
    """Say what using this factor takes: "a code from the app “Pixel”"."""
    name = factor.name or factor.address
    kind = factor.kind
    if name and kind.named_phrase:
        return str(kind.named_phrase) % {"name": name}
    return str(kind.phrase) or factor.title


def any_of(items: Sequence[str]) -> str:
    """Join alternatives: "a", "a or b", "a, b or c"."""
    *first, last = items
    return _("%(first)s or %(last)s") % {"first": ", ".join(first), "last": last} if first else last


def day(factor: Factor) -> str:
    return date_format(factor.added_at, "DATE_FORMAT") if factor.added_at else ""
