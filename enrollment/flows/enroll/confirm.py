"""Confirm an enrollment: whoever takes the one turn asks the tenant, and what it says is what is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from accounts.models import User
from enrollment import directory
from enrollment.actors import Actor
from enrollment.budget import my_account
from enrollment.factors import FactorKind, Method
from enrollment.factors.naming import tidied
from enrollment.flows.enroll import rows
from enrollment.flows.enroll.cleaning import clean
from enrollment.flows.enroll.conclude import conclude
from enrollment.flows.enroll.entry import admitted, attempt_of, noted
from enrollment.flows.enroll.first_code import first_recovery_code
from enrollment.flows.enroll.judging import check_proof, refused_code
from enrollment.flows.enroll.open import check_open
from enrollment.flows.enroll.refusals import NotYet, over, passkey_refused, unsettled
from enrollment.flows.enroll.settle import settle
from enrollment.gateways import Problem, TenantError, Truth
from enrollment.models import PendingEnrollment
from enrollment.pending import Event, State, Way
from enrollment.records import sealed

# After these the same enrollment cannot be confirmed any more.
ENDING = frozenset({Problem.NOT_FOUND, Problem.LOCKED})


@dataclass(frozen=True)
class Proof:
    """What the person gave; for push there is nothing to give."""

    code: str = field(default="", repr=False)
    passkey: Mapping[str, Any] | None = field(default=None, repr=False)


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
    row = rows.owned(subject, pending_id)
    proof = Proof("".join(code.split()), passkey)
    with noted(attempt_of(actor, subject, row)):
        methods = admitted(actor, subject, token, row)
        settle(actor, row, methods)
        if row.status is not State.CONFIRMED:
            check_open(row)
            check_proof(row, proof.code, passkey)
            if _takes_turn(row, methods, tidied(name) or row.name):
                _verify(actor, row, proof, methods, token or "")
            _check_stays(row)
    return Confirmation(row, first_recovery_code(actor, row))


def _takes_turn(row: PendingEnrollment, methods: Sequence[Method], name: str) -> bool:
    """Let one of all tabs and workers go on. For a passkey, note which are there before it.

    Whoever comes late is told so, or finds it confirmed.
    """
    now = timezone.now()
    secrets = row.secrets
    if row.way is Way.CEREMONY:
        secrets["known"] = [method.id for method in methods if method.kind is FactorKind.PASSKEY]
    taken = rows.move(
        row, Event.CONFIRM, name=name, sealed_secrets=sealed(secrets), lease_until=rows.lease_end(now)
    )
    if not taken and row.status is not State.CONFIRMED:
        raise unsettled(row) if row.is_live else over(row)
    return taken


def _verify(
    actor: Actor, row: PendingEnrollment, proof: Proof, methods: Sequence[Method], token: str
) -> None:
    try:
        method = _call(row, proof, token)
    except TenantError as error:
        if error.outcome is Truth.UNKNOWN:
            _look(actor, row, error)
        else:
            _refused(row, error, proof)
        return
    if method.confirmed is False:
        rows.move(row, Event.HELD)
        raise NotYet
    conclude(actor, row, Event.VERIFIED, method.id, (*methods, method))


def _check_stays(row: PendingEnrollment) -> None:
    """Raise `Refused` where the account was locked meanwhile, and so the factor was taken away again."""
    if row.status is State.FAILED:
        raise over(row)


def _call(row: PendingEnrollment, proof: Proof, token: str) -> Method:
    secrets = row.secrets
    return my_account(row.subject.sub or "", token).verify(
        str(secrets["location"]), str(secrets["auth_session"]), code=proof.code or None, passkey=proof.passkey
    )


def _refused(row: PendingEnrollment, error: TenantError, proof: Proof) -> None:
    """The tenant said no, so nothing was confirmed; what it looked at decides whether this goes on."""
    if error.code is not Problem.WRONG_CODE:
        rows.move(row, Event.SPOILT if error.code in ENDING else Event.HELD, problem=error.code.value)
        if rows.is_shut_out(row):  # nothing is left that a phone could confirm by itself
            clean(row.subject)
        raise error
    if row.way is Way.SCAN:
        rows.move(row, Event.HELD)
        raise NotYet
    if row.way is Way.CEREMONY:
        rows.move(row, Event.SPOILT, problem="passkey-refused")
        raise passkey_refused()
    refused_code(row, proof.code)


def _look(actor: Actor, row: PendingEnrollment, error: TenantError) -> None:
    """The answer got lost: the list tells. What timed out may yet be carried out, so that is waited for."""
    until = rows.lease_end(timezone.now()) if error.code is Problem.TIMEOUT else None
    rows.move(row, Event.LOST, lease_until=until, problem=error.code.value)
    try:
        settle(actor, row, directory.fresh_methods_of(row.subject.sub or ""))
    except TenantError:
        raise error from None
    if rows.is_shut_out(row):
        raise over(row)
    if row.status is not State.CONFIRMED:
        raise error if row.status is State.UNKNOWN else error.but(Truth.NOT_DONE)
