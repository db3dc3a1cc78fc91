"""What may be removed, and what the account is left with: one rule for page, admin and command."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enrollment.account.methods import Factor
from enrollment.account.sign_in import Demand, SignIn
from enrollment.account.way_in import any_of, way_back, way_in
from enrollment.kinds.base import Role

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class MfaRequirement(StrEnum):
    """Why a second factor must stay. `UNKNOWN`: the policy could not be read, which is taken as a yes."""

    NONE = "none"
    STAFF = "staff"
    POLICY = "policy"
    UNKNOWN = "unknown"

    @property
    def demands(self) -> bool:
        return self is not MfaRequirement.NONE


LAST_FACTOR: dict[MfaRequirement, StrOrPromise] = {
    MfaRequirement.STAFF: gettext_lazy(
        "This is the last second factor of a staff account, and staff must have one. Add another one first."
    ),
    MfaRequirement.POLICY: gettext_lazy(
        "This is the last second factor, and this site demands one of everybody. Add another one first."
    ),
    MfaRequirement.UNKNOWN: gettext_lazy(
        "This is the last second factor, and whether this site demands one could not be found out just now. "
        "Try again in a few minutes."
    ),
}


@dataclass(frozen=True)
class Refusal:
    """Why not: a stable code to branch on, and a sentence to read."""

    code: str
    sentence: str


@dataclass(frozen=True)
class Removal:
    """What removing a factor would mean.

    `remaining` says how signing in works afterwards, in sentences that suit the person and support alike;
    `goes_with` says what is deleted along with it; `clean_up` what is left to do on the person's own device.
    """

    factor: Factor
    refusal: Refusal | None
    remaining: tuple[str, ...]
    warning: str = ""
    goes_with: str = ""
    clean_up: str = ""

    @property
    def allowed(self) -> bool:
        return self.refusal is None


def removal(factor: Factor, factors: Sequence[Factor], mandate: MfaRequirement, sign_in: SignIn) -> Removal:
    """Work out what removing `factor`, one of `factors`, would leave, and whether that may be."""
    left = [other for other in factors if other.id != factor.id]
    return Removal(
        factor=factor,
        refusal=_refusal(factor, left, mandate),
        remaining=(way_in(left, sign_in), way_back(left, sign_in)),
        warning=_warning(factor, left, sign_in),
        goes_with=_goes_with(factor),
        clean_up=_clean_up(factor),
    )


def _refusal(factor: Factor, left: Sequence[Factor], mandate: MfaRequirement) -> Refusal | None:
    if not factor.removable:
        kind = next(m.kind for m in factor.methods if not m.kind.removable)
        return Refusal(f"not-removable:{kind.value}", str(kind.why_not_removable))
    stays = any(other.is_independent for other in left)
    if mandate.demands and factor.is_second_factor and not stays:
        return Refusal(f"last-factor:{mandate}", str(LAST_FACTOR[mandate]))
    return None


def _warning(factor: Factor, left: Sequence[Factor], sign_in: SignIn) -> str:
    second = sign_in.usable(left)
    if _asks_no_longer(factor, left, sign_in):
        return _no_longer_asked([*left, factor], sign_in)
    if factor.is_second_factor and not second:
        return _("This is the last second factor.")
    if factor.phishing_resistant and not any(other.phishing_resistant for other in left):
        return _("This is the last factor that is safe against fake sign-in pages.")
    if factor.strength and not factor.interceptable and second and all(f.interceptable for f in second):
        return _("This is the last strong factor: what is left can be intercepted on its way.")
    if factor.kind.role is Role.PASSWORDLESS and not any(f.kind.role is Role.PASSWORD for f in left):
        return _("No password is known for this account. Make sure that another way to sign in works first.")
    return ""


def _asks_no_longer(factor: Factor, left: Sequence[Factor], sign_in: SignIn) -> bool:
    if sign_in.skips_passkeys(left) and sign_in.is_passkey_only(left):
        return False
    return sign_in.asks([*left, factor]) and not sign_in.asks(left)


def _no_longer_asked(factors: Sequence[Factor], sign_in: SignIn) -> str:
    if sign_in.demand is Demand.EVERYBODY:
        return _("This is the last second factor: the next sign-in asks to set up another one.")
    if sign_in.has_password(factors):
        return _("This is the last second factor that sign-in asks for: afterwards the password is enough.")
    return _("This is the last second factor that sign-in asks for.")


def _goes_with(factor: Factor) -> str:
    kinds = {method.kind for method in factor.linked} - {factor.kind}
    if kinds:
        names = any_of([str(kind.label) for kind in sorted(kinds, key=lambda kind: kind.value)])
        return _("What was set up on the same device goes with it: %(names)s.") % {"names": names}
    if len(factor.channels) > 1:
        return _("Text messages and calls to this number end together.")
    return ""


def _clean_up(factor: Factor) -> str:
    if any(method.kind.in_an_app for method in factor.methods):
        return _("Delete the entry in the app too: its codes no longer work here.")
    if factor.phishing_resistant:
        return _(
            "Delete it from the device or password manager too, or it will still be offered and then refused."
        )
    return ""
