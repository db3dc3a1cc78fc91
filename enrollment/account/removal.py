"""What may be removed, and what the account is left with: one rule for page, admin and command."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enrollment.account.methods import Factor
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


def removal(factor: Factor, factors: Sequence[Factor], mandate: MfaRequirement) -> Removal:
    """Work out what removing `factor`, one of `factors`, would leave, and whether that may be."""
    left = [other for other in factors if other.id != factor.id]
    return Removal(
        factor=factor,
        refusal=_refusal(factor, left, mandate),
        remaining=(_way_in(left), _way_back(left)),
        warning=_warning(factor, left),
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


def _way_in(left: Sequence[Factor]) -> str:
    """Say in one sentence what a sign-in takes once the factor is gone."""
    second = [phrase(factor) for factor in left if factor.is_second_factor]
    words = {"first": _first_step(left), "second": any_of(second) if second else ""}
    if second:
        return _("Signing in then takes %(first)s, and after that %(second)s.") % words
    return _("Signing in then takes %(first)s and nothing more: there is no second step left.") % words


def _first_step(left: Sequence[Factor]) -> str:
    first = [phrase(f) for f in left if f.kind.first_factor]
    return any_of(first) if first else _("the usual sign-in")


def _way_back(left: Sequence[Factor]) -> str:
    """Say what helps when the remaining factors are lost."""
    code = next((factor for factor in left if factor.kind.is_recovery), None)
    second = any(factor.is_second_factor for factor in left)
    if code and second and day(code):
        return _("If all of that is lost, the recovery code made on %(day)s opens the account once.") % {
            "day": day(code)
        }
    if code and second:
        return _("If all of that is lost, the recovery code opens the account once.")
    if code:
        return _("The recovery code has no use without a second factor.")
    if second:
        return _("There is no recovery code: if all of that is lost, only support can help.")
    return _("There is no recovery code either.")


def _warning(factor: Factor, left: Sequence[Factor]) -> str:
    second = [other for other in left if other.is_second_factor]
    if factor.is_second_factor and not second:
        return _("This is the last second factor: afterwards a stolen password is enough to get in.")
    if factor.phishing_resistant and not any(other.phishing_resistant for other in left):
        return _("This is the last factor that is safe against fake sign-in pages.")
    if factor.strength and not factor.interceptable and second and all(f.interceptable for f in second):
        return _("This is the last strong factor: what is left can be intercepted on its way.")
    if factor.kind.role is Role.PASSWORDLESS and not any(f.kind.role is Role.PASSWORD for f in left):
        return _("No password is known for this account. Make sure that another way to sign in works first.")
    return ""


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


def phrase(factor: Factor) -> str:
    """Say what using this factor takes: "a code from the app “Pixel”"."""
    name = factor.name or factor.address
    kind = factor.kind
    if name and kind.named_phrase:
        return str(kind.named_phrase) % {"name": name}
    return str(kind.phrase) or factor.title


def any_of(items: Sequence[str]) -> str:
    """Join alternatives: "a", "a or b", "a, b or c"."""
    *first, last = items
    return _("%(first)s or %(last)s") % {"first": ", ".join(first), "last": last} if first else last


def day(factor: Factor) -> str:
    return date_format(factor.added_at, "DATE_FORMAT") if factor.added_at else ""
