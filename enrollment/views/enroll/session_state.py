"""What this browser began and typed while adding methods: the session's notes of it."""

import json
from collections.abc import Mapping
from datetime import timedelta

from django.http import HttpRequest
from django.utils import timezone

from accounts.auth0.encryption import decrypt, encrypt
from enrollment.kinds.base import Kind
from enrollment.models.pending_enrollment import PendingEnrollment

BEGUN_SESSION_KEY = "enrollment_begun"
MOST_BEGUN_NOTED = 10


def note_begun(request: HttpRequest, row: PendingEnrollment) -> None:
    known = [*request.session.get(BEGUN_SESSION_KEY, ()), str(row.pk)]
    request.session[BEGUN_SESSION_KEY] = list(dict.fromkeys(known))[-MOST_BEGUN_NOTED:]


def is_begun_here(request: HttpRequest, row: PendingEnrollment) -> bool:
    return str(row.pk) in request.session.get(BEGUN_SESSION_KEY, ())


TYPED_SESSION_KEY = "enrollment_typed"
KEPT_FOR = timedelta(hours=1)


def keep_typed(request: HttpRequest, kind: Kind, fields: Mapping[str, str]) -> None:
    """Keep the fields of one kind, sealed: sessions lie in a database, and a number is nobody's business."""
    if not fields:
        return
    record = {"kind": kind.value, "fields": dict(fields), "at": timezone.now().timestamp()}
    request.session[TYPED_SESSION_KEY] = encrypt(json.dumps(record))


def typed_before(request: HttpRequest, kind: Kind) -> dict[str, str]:
    """Return what was typed for this kind, or nothing."""
    sealed = request.session.get(TYPED_SESSION_KEY)
    record = json.loads((decrypt(sealed) if sealed else None) or "{}")
    age = timezone.now().timestamp() - record.get("at", 0)
    if record.get("kind") != kind.value or age > KEPT_FOR.total_seconds():
        return {}
    fields: dict[str, str] = record["fields"]
    return fields


def forget_typed(request: HttpRequest) -> None:
    request.session.pop(TYPED_SESSION_KEY, None)
