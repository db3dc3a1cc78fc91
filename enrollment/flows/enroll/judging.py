"""Judge a proof here, before one of the person's few writes a minute is spent on it."""

import re
from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from enrollment.flows.enroll.refusals import ClockOff, Mistyped, malformed, no_passkey, over, spent
from enrollment.flows.enroll.rows import move
from enrollment.models import PendingEnrollment
from enrollment.pending import Event, State, Way
from enrollment.pending.totp import Judgement, Totp
from enrollment.pending.ways import TYPED

CODE = re.compile(r"[0-9]{6}", re.ASCII)


def check_proof(row: PendingEnrollment, code: str, passkey: Mapping[str, Any] | None) -> None:
    """Raise `Refused` for what the tenant would refuse for certain."""
    if row.way is Way.CEREMONY and not passkey:
        raise no_passkey()
    if row.way not in TYPED:
        return
    if not CODE.fullmatch(code):
        raise malformed()
    app = Totp.from_uri(row.barcode_uri) if row.way is Way.APP_CODE else None
    judgement = app.judge(code, timezone.now()) if app else Judgement.POSSIBLE
    if judgement in (Judgement.BEHIND, Judgement.AHEAD):
        raise ClockOff(behind=judgement is Judgement.BEHIND)
    if judgement is Judgement.WRONG:
        mistyped(row)


def mistyped(row: PendingEnrollment) -> None:
    """Count a wrong code and say so; the last one closes the enrollment."""
    while not move(row, Event.MISTYPED, attempts=row.attempts + 1):
        if row.status is not State.CHALLENGED:
            raise over(row)
    if row.attempts_left:
        raise Mistyped(row.attempts_left)
    move(row, Event.SPOILT, problem="too-many-attempts")
    raise spent()
