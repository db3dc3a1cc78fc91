"""Judge a proof here, before one of the person's few writes a minute is spent on it."""

import re
from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from enrollment.confirmation.app_code import Judgement, Totp
from enrollment.confirmation.methods import TYPED, ConfirmationMethod
from enrollment.flows.enroll.errors import (
    ClockOff,
    WrongCode,
    closed_error,
    malformed_code_error,
    no_passkey_error,
    too_many_attempts_error,
)
from enrollment.models.pending_enrollment import PendingEnrollment
from enrollment.pending.repository import transition
from enrollment.pending.state_machine import Event, State

CODE = re.compile(r"[0-9]{6}", re.ASCII)
OFF = (Judgement.BEHIND, Judgement.AHEAD)


def check_proof(row: PendingEnrollment, code: str, passkey: Mapping[str, Any] | None) -> None:
    """Raise `Refused` for what the tenant would refuse for certain."""
    if row.way is ConfirmationMethod.CEREMONY and not passkey:
        raise no_passkey_error()
    if row.way not in TYPED:
        return
    if not CODE.fullmatch(code):
        raise malformed_code_error()
    app = _app_of(row)
    judgement = app.judge(code, timezone.now()) if app else Judgement.POSSIBLE
    _check_clock(judgement)
    if judgement is Judgement.WRONG:
        count_wrong_code(row)


def explain_refused_code(row: PendingEnrollment, code: str) -> None:
    """Say what was wrong with a code that the tenant did not take.

    A neighbouring step's is what the app really showed, so its clock is to blame, and nobody mistyped.
    """
    app = _app_of(row)
    judgement = app.judge_refused(code, timezone.now()) if app else Judgement.WRONG
    if judgement in OFF:
        transition(row, Event.HELD)
    _check_clock(judgement)
    count_wrong_code(row)


def _app_of(row: PendingEnrollment) -> Totp | None:
    return Totp.from_uri(row.barcode_uri) if row.way is ConfirmationMethod.APP_CODE else None


def _check_clock(judgement: Judgement) -> None:
    if judgement in OFF:
        raise ClockOff(behind=judgement is Judgement.BEHIND)


def count_wrong_code(row: PendingEnrollment) -> None:
    """Count a wrong code and say so; the last one closes the enrollment."""
    while not transition(row, Event.MISTYPED, attempts=row.attempts + 1):
        if row.status is not State.CHALLENGED:
            raise closed_error(row)
    if row.attempts_left:
        raise WrongCode(row.attempts_left)
    transition(row, Event.SPOILT, problem="too-many-attempts")
    raise too_many_attempts_error()
