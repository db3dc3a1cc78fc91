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
OFF = (Judgement.BEHIND, Judgement.AHEAD)


def check_proof(row: PendingEnrollment, code: str, passkey: Mapping[str, Any] | None) -> None:
    """Raise `Refused` for what the tenant would refuse for certain."""
    if row.way is Way.CEREMONY and not passkey:
        raise no_passkey()
    if row.way not in TYPED:
        return
    if not CODE.fullmatch(code):
        raise malformed()
    app = _app_of(row)
    judgement = app.judge(code, timezone.now()) if app else Judgement.POSSIBLE
    _check_clock(judgement)
    if judgement is Judgement.WRONG:
        mistyped(row)


def refused_code(row: PendingEnrollment, code: str) -> None:
    """Say what was wrong with a code that the tenant did not take.

    A neighbouring step's is what the app really showed, so its clock is to blame, and nobody mistyped.
    """
    app = _app_of(row)
    judgement = app.judge_refused(code, timezone.now()) if app else Judgement.WRONG
    if judgement in OFF:
        move(row, Event.HELD)
    _check_clock(judgement)
    mistyped(row)


def _app_of(row: PendingEnrollment) -> Totp | None:
    return Totp.from_uri(row.barcode_uri) if row.way is Way.APP_CODE else None


def _check_clock(judgement: Judgement) -> None:
    if judgement in OFF:
        raise ClockOff(behind=judgement is Judgement.BEHIND)


def mistyped(row: PendingEnrollment) -> None:
    """Count a wrong code and say so; the last one closes the enrollment."""
    while not move(row, Event.MISTYPED, attempts=row.attempts + 1):
        if row.status is not State.CHALLENGED:
            raise over(row)
    if row.attempts_left:
        raise Mistyped(row.attempts_left)
    move(row, Event.SPOILT, problem="too-many-attempts")
    raise spent()
