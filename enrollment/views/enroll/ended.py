"""Why nothing came of an enrollment, in words."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from enrollment.gateways.errors import CAUSES
from enrollment.models import PendingEnrollment

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

REASONS: "dict[str, StrOrPromise]" = {
    "too-many-attempts": _("Too many wrong codes were typed."),
    "passkey-refused": _(
        "The sign-in service did not accept the passkey. It may still be on your device: delete it there, or "
        "it will be offered to you in vain."
    ),
    "unreadable": _("This site could not read its own notes about it any more."),
}


def reason(row: PendingEnrollment) -> "StrOrPromise":
    """Return one sentence, or nothing where the state says it all."""
    if row.problem in REASONS:
        return REASONS[row.problem]
    return next((sentence for problem, sentence in CAUSES.items() if problem == row.problem), "")
