"""What somebody typed to begin with, kept for a while: for starting again, another number, or a detour."""

import json
from collections.abc import Mapping
from datetime import timedelta

from django.http import HttpRequest
from django.utils import timezone

from accounts.sealing import seal, unseal
from enrollment.factors import FactorKind

SESSION_KEY = "enrollment_typed"
KEPT_FOR = timedelta(hours=1)


def keep(request: HttpRequest, kind: FactorKind, fields: Mapping[str, str]) -> None:
    """Keep the fields of one kind, sealed: sessions lie in a database, and a number is nobody's business."""
    if not fields:
        return
    record = {"kind": kind.value, "fields": dict(fields), "at": timezone.now().timestamp()}
    request.session[SESSION_KEY] = seal(json.dumps(record))


def kept(request: HttpRequest, kind: FactorKind) -> dict[str, str]:
    """Return what was typed for this kind, or nothing."""
    sealed = request.session.get(SESSION_KEY)
    record = json.loads((unseal(sealed) if sealed else None) or "{}")
    age = timezone.now().timestamp() - record.get("at", 0)
    if record.get("kind") != kind.value or age > KEPT_FOR.total_seconds():
        return {}
    fields: dict[str, str] = record["fields"]
    return fields


def forget(request: HttpRequest) -> None:
    request.session.pop(SESSION_KEY, None)
