"""Encrypts with the newest key what an earlier one has encrypted, so that the earlier one can go."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Manager

from accounts.auth0.encryption import renew
from accounts.models import FormDraft, UserSession
from enrollment.models.operation import Operation
from enrollment.models.outbox import OutboxEmail
from enrollment.models.pending_enrollment import PendingEnrollment

# Everything that lies encrypted in a table of the apps; what sessions hold ends with them.
COLUMNS: tuple[tuple[Manager[Any], str], ...] = (
    (UserSession.objects, "encrypted_key"),
    (FormDraft.objects, "encrypted_text"),
    (OutboxEmail.objects, "encrypted_message"),
    (Operation.objects, "encrypted_expected"),
    (PendingEnrollment.objects, "encrypted_secrets"),
    (PendingEnrollment.objects, "encrypted_orphans"),
    (PendingEnrollment.objects, "encrypted_factor_id"),
)


@dataclass(frozen=True)
class Reencryption:
    """How many texts were encrypted anew, or would be, and how many no key opens."""

    renewed: int = 0
    unreadable: int = 0


def reencrypt(*, dry_run: bool = False) -> Reencryption | None:
    """Go through every column; None where no earlier key is left."""
    if not settings.SECRET_KEY_FALLBACKS:
        return None
    renewed = unreadable = 0
    for rows, column in COLUMNS:
        texts = rows.exclude(**{column: ""}).order_by().values_list("pk", column)
        for pk, text in texts.iterator():
            newer = renew(text)
            if newer is None:
                unreadable += 1
            elif newer != text:
                # Whoever has changed it meanwhile did so with the newest key.
                same = rows.filter(pk=pk, **{column: text})
                renewed += 1 if dry_run else same.update(**{column: newer})
    return Reencryption(renewed, unreadable)
