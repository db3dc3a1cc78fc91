"""What follows from the judgement of a proof: the enrollment goes on, waits for another one, or is over."""

from django.utils import timezone

from enrollment.confirmation.base import Judgement, Proof
from enrollment.flows.enroll.errors import (
    ClockOff,
    NotYet,
    WrongCode,
    closed_error,
    malformed_code_error,
    no_passkey_error,
    passkey_refused_error,
    too_many_attempts_error,
)
from enrollment.models.pending_enrollment import PendingEnrollment
from enrollment.pending.repository import transition
from enrollment.pending.state_machine import Event, State


def check_proof(row: PendingEnrollment, proof: Proof) -> None:
    """Raise `Refused` for what the tenant would refuse for certain."""
    _refuse(row, row.confirmation.judge(row, proof, timezone.now()))


def explain_refused_proof(row: PendingEnrollment, proof: Proof) -> None:
    """Raise `Refused` for a proof that the tenant did not take, and give back the turn to confirm."""
    judgement = row.confirmation.judge_refused(row, proof, timezone.now())
    if judgement in (Judgement.BEHIND, Judgement.AHEAD, Judgement.NOT_YET):
        transition(row, Event.HELD)
    if judgement is Judgement.SPOILT:
        transition(row, Event.SPOILT, problem="passkey-refused")
    _refuse(row, judgement)


def _refuse(row: PendingEnrollment, judgement: Judgement) -> None:
    match judgement:
        case Judgement.POSSIBLE:
            return
        case Judgement.MISSING:
            raise no_passkey_error()
        case Judgement.MALFORMED:
            raise malformed_code_error()
        case Judgement.BEHIND | Judgement.AHEAD:
            raise ClockOff(behind=judgement is Judgement.BEHIND)
        case Judgement.NOT_YET:
            raise NotYet
        case Judgement.SPOILT:
            raise passkey_refused_error()
        case Judgement.WRONG:
            _count_wrong_code(row)


def _count_wrong_code(row: PendingEnrollment) -> None:
    """Count a wrong code and say so; the last one closes the enrollment."""
    while not transition(row, Event.MISTYPED, attempts=row.attempts + 1):
        if row.status is not State.CHALLENGED:
            raise closed_error(row)
    if row.attempts_left:
        raise WrongCode(row.attempts_left)
    transition(row, Event.SPOILT, problem="too-many-attempts")
    raise too_many_attempts_error()
