"""What the page says of a factor that has just been added, and what would be sensible next."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.identity import User, subject_of
from enrollment.account.methods import Factor
from enrollment.account.names import AUTHENTICATORS
from enrollment.account.sign_in import Demand, SignIn
from enrollment.account.way_in import after_adding
from enrollment.flows.enroll.reconcile import will_email
from enrollment.flows.recovery_code import is_recovery_code_unsaved
from enrollment.gateways.factor_cache import Snapshot
from enrollment.gateways.sign_in import sign_in_of
from enrollment.gateways.tenant_policy import likely_offered_kinds
from enrollment.kinds.base import Kind
from enrollment.kinds.registry import advised, recovery_kind
from enrollment.models.pending_enrollment import PendingEnrollment
from enrollment.views.view_models import Mark, badges_of

MOST_STEPS = 2


@dataclass(frozen=True)
class Step:
    """Something to do next."""

    title: str
    text: str
    url: str
    link: str
    icon: str


def success(row: PendingEnrollment, person: User, snapshot: Snapshot) -> dict[str, Any]:
    """Return what the page shows; without a list of factors it claims and suggests less."""
    factor = snapshot.find(row.factor_id)
    factors = snapshot.factors or ()
    known = snapshot.problem is None
    sign_in = sign_in_of(subject_of(person), may_call=known)
    return {
        "title": title_of(row, factor),
        "use": row.factor_kind.use,
        "marks": marks_of(factor),
        "asked": after_adding(factor, factors, sign_in) if factor else "",
        "channel": channel.name if (channel := row.factor_kind.channels.get(row.channel)) else "",
        "factor": factor,
        "code_due": row.recovery_code_due,
        "will_email": will_email(row),
        "steps": next_steps(row, person, factors, sign_in)[:MOST_STEPS] if known else [],
    }


def title_of(row: PendingEnrollment, factor: Factor | None) -> str:
    """Name the new factor as the list does."""
    if factor:
        return factor.title
    return row.name or row.address or str(row.factor_kind.label)


def marks_of(factor: Factor | None) -> list[Mark]:
    """Say where a passkey lives, and that it withstands a fake page."""
    if factor is None:
        return []
    maker = AUTHENTICATORS.get((factor.main.aaguid or "").lower())
    made = [Mark(maker, "device")] if maker and maker not in factor.title else []
    return [*made, *badges_of(factor)]


def next_steps(
    row: PendingEnrollment, person: User, factors: Sequence[Factor], sign_in: SignIn
) -> list[Step]:
    """Suggest in this order: a way back in, something stronger than a text message, a spare."""
    second = [factor for factor in factors if factor.is_second_factor]
    steps: list[Step] = []
    if not row.recovery_code_due and (step := _recovery_code(person, factors, second)):
        steps.append(step)
    offered = likely_offered_kinds(person)
    if second and all(factor.interceptable for factor in second):
        steps += _stronger(factors, offered)
    elif len([factor for factor in second if factor.is_independent]) < 2:  # noqa: PLR2004 - one and a spare
        text = (
            _("With a second way in, losing one does not lock you out.") if second else _why(factors, sign_in)
        )
        steps += _spare(factors, text, offered)
    return steps


def _recovery_code(person: User, factors: Sequence[Factor], second: Sequence[Factor]) -> Step | None:
    has_code = any(factor.kind.is_recovery for factor in factors)
    if not second or (has_code and not is_recovery_code_unsaved(person, factors)):
        return None
    return Step(
        _("Save your recovery code"),
        _("You have not said that you saved one. It lets you in when everything else is lost.")
        if has_code
        else _("One code on paper lets you in when everything else is lost."),
        reverse("enrollment:recovery-code"),
        _("Make a new code") if has_code else _("Make my code"),
        recovery_kind().icon,
    )


def _stronger(factors: Sequence[Factor], offered: Sequence[Kind]) -> list[Step]:
    kind = _first([kind for kind in advised() if not kind.interceptable], factors, offered)
    if kind is None:
        return []
    text = {
        True: _(
            "It works on this site alone: no fake page, and nobody who takes over your number, can use it."
        ),
        False: _("Its codes never travel, so nobody can intercept them on the way."),
    }[kind.phishing_resistant]
    return [_adding(kind, text)]


def _spare(factors: Sequence[Factor], text: str, offered: Sequence[Kind]) -> list[Step]:
    kind = _first([kind for kind in advised() if kind.spare], factors, offered)
    return [_adding(kind, text)] if kind else []


def _why(factors: Sequence[Factor], sign_in: SignIn) -> str:
    """Say what a first second factor is good for, beside a passkey."""
    if sign_in.has_password(factors) and sign_in.demand in (Demand.EVERYBODY, Demand.HOLDERS):
        return _("A passkey stands beside your password. A second factor protects the password as well.")
    return _("This site asks for a second factor before sensitive changes.")


def _adding(kind: Kind, text: str) -> Step:
    title = _("Add one more: %(kind)s") % {"kind": kind.label}
    return Step(title, text, reverse("enrollment:add", args=[kind]), _("Add it"), kind.icon)


def _first(wanted: Sequence[Kind], factors: Sequence[Factor], offered: Sequence[Kind]) -> Kind | None:
    owned = {factor.kind for factor in factors}
    return next((kind for kind in wanted if kind in offered and kind not in owned), None)
