"""Confirm an enrollment: whoever takes the one turn asks the tenant, and what it says is what is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from django.utils import timezone

from accounts.auth0.errors import Certainty, Problem, TenantError
from accounts.identity import User, subject_of
from enrollment.account.methods import Method
from enrollment.account.names import normalize_name
from enrollment.actors import Actor
from enrollment.confirmation.base import Judgement, Proof
from enrollment.flows.enroll.authorize import attempt_of, authorize, log_final_failure
from enrollment.flows.enroll.cleanup import remove_orphans
from enrollment.flows.enroll.errors import (
    ClockOff,
    NotYet,
    WrongCode,
    check_open,
    closed_error,
    malformed_code_error,
    no_passkey_error,
    passkey_refused_error,
    too_many_attempts_error,
    unresolved_error,
)
from enrollment.flows.enroll.reconcile import complete, reconcile
from enrollment.flows.recovery_code import first_recovery_code
from enrollment.gateways import factor_cache
from enrollment.gateways.my_account import my_account_for
from enrollment.models.pending_enrollment import PendingEnrollment, encrypt_json
from enrollment.pending import repository
from enrollment.pending.repository import transition
from enrollment.pending.state_machine import Event, State

# After these the same enrollment cannot be confirmed any more.
ENDING = frozenset({Problem.NOT_FOUND, Problem.LOCKED})
# What is said here of a code that the app made, whatever the tenant made of it.
RIGHT = (Judgement.POSSIBLE, Judgement.BEHIND, Judgement.AHEAD)


@dataclass(frozen=True)
class Confirmation:
    """`recovery_code` comes with the first second factor, to be shown now and kept nowhere; else empty."""

    pending: PendingEnrollment
    recovery_code: str = field(default="", repr=False)


def confirm_enrollment(
    actor: Actor,
    subject: User,
    pending_id: str,
    token: str | None,
    *,
    code: str = "",
    passkey: Mapping[str, Any] | None = None,
    name: str = "",
) -> Confirmation:
    """Confirm, or find that it is confirmed already; a wrong code leaves the enrollment as it was."""
    row = repository.get_owned(subject, pending_id)
    proof = Proof("".join(code.split()), passkey)
    with log_final_failure(attempt_of(actor, subject, row)):
        methods = authorize(actor, subject, token, row)
        reconcile(actor, row, methods)
        if row.status is not State.CONFIRMED:
            check_open(row)
            check_proof(row, proof)
            if _takes_turn(row, methods, normalize_name(name) or row.name):
                _verify(actor, row, proof, methods, token or "")
            _check_stays(row)
    return Confirmation(row, first_recovery_code(actor, row))


def _takes_turn(row: PendingEnrollment, methods: Sequence[Method], name: str) -> bool:
    """Let one of all tabs and workers go on. Of a method that is not listed yet, note which are.

    Whoever comes late is told so, or finds it confirmed.
    """
    now = timezone.now()
    secrets = row.secrets
    if not row.confirmation.is_listed_before:
        secrets["known"] = [method.id for method in methods if method.kind is row.factor_kind]
    taken = repository.transition(
        row,
        Event.CONFIRM,
        name=name,
        encrypted_secrets=encrypt_json(secrets),
        lease_until=repository.lease_end(now),
    )
    if not taken and row.status is not State.CONFIRMED:
        raise unresolved_error(row) if row.is_live else closed_error(row)
    return taken


def _verify(
    actor: Actor, row: PendingEnrollment, proof: Proof, methods: Sequence[Method], token: str
) -> None:
    try:
        method = _call(row, proof, token)
    except TenantError as error:
        if error.outcome is Certainty.UNKNOWN:
            _look(actor, row, error)
        else:
            _refused(row, error, proof)
        return
    if method.confirmed is False:
        repository.transition(row, Event.HELD)
        raise NotYet
    complete(actor, row, Event.VERIFIED, method.id, (*methods, method))


def _check_stays(row: PendingEnrollment) -> None:
    """Raise `Refused` where the account was locked meanwhile, and so the factor was taken away again."""
    if row.status is State.FAILED:
        raise closed_error(row)


def _call(row: PendingEnrollment, proof: Proof, token: str) -> Method:
    secrets = row.secrets
    return my_account_for(subject_of(row.subject), token).verify(
        str(secrets["location"]), str(secrets["auth_session"]), code=proof.code or None, passkey=proof.passkey
    )


def _refused(row: PendingEnrollment, error: TenantError, proof: Proof) -> None:
    """The tenant said no, so nothing was confirmed; what it looked at decides whether this goes on."""
    error = _told_apart(row, error, proof)
    if error.code is not Problem.WRONG_CODE:
        repository.transition(
            row, Event.SPOILT if error.code in ENDING else Event.HELD, problem=error.code.value
        )
        if repository.is_shut_out(row):  # nothing is left that a phone could confirm by itself
            remove_orphans(row.subject)
        raise error
    explain_refused_proof(row, proof)
    raise error


def _told_apart(row: PendingEnrollment, error: TenantError, proof: Proof) -> TenantError:
    """A 403 that names no scope may be about the code, but not where that is right by what was given out."""
    if error.code is not Problem.WRONG_CODE or error.status != HTTPStatus.FORBIDDEN:
        return error
    is_right = row.confirmation.judge_refused(row, proof, timezone.now()) in RIGHT
    return TenantError(Problem.FORBIDDEN, status=error.status, detail=error.detail) if is_right else error


def _look(actor: Actor, row: PendingEnrollment, error: TenantError) -> None:
    """The answer got lost: the list tells. What timed out may yet be carried out, so that is waited for."""
    until = repository.lease_end(timezone.now()) if error.code is Problem.TIMEOUT else None
    repository.transition(row, Event.LOST, lease_until=until, problem=error.code.value)
    try:
        reconcile(actor, row, factor_cache.fresh_methods_of(subject_of(row.subject)))
    except TenantError:
        raise error from None
    if repository.is_shut_out(row):
        raise closed_error(row)
    if row.status is not State.CONFIRMED:
        raise error if row.status is State.UNKNOWN else error.but(Certainty.NOT_DONE)


def check_proof(row: PendingEnrollment, proof: Proof) -> None:
    """Raise `Refused` for what the tenant would refuse for certain."""
    _raise_for(row, row.confirmation.judge(row, proof, timezone.now()))


def explain_refused_proof(row: PendingEnrollment, proof: Proof) -> None:
    """Raise `Refused` for a proof that the tenant did not take, and give back the turn to confirm."""
    judgement = row.confirmation.judge_refused(row, proof, timezone.now())
    if judgement in (*RIGHT, Judgement.NOT_YET):
        transition(row, Event.HELD)
    if judgement is Judgement.SPOILT:
        transition(row, Event.SPOILT, problem="passkey-refused")
    _raise_for(row, judgement)


def _raise_for(row: PendingEnrollment, judgement: Judgement) -> None:
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
