"""What a sign-in takes with these factors, and what helps when they are lost, in sentences; pure.

They suit the person and support alike, and say no more than is known.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enrollment.account.methods import Factor
from enrollment.account.sign_in import Demand, SignIn, passkeys

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

WHERE_NOT_ASKED: "dict[Demand, StrOrPromise]" = {
    Demand.NOBODY: gettext_lazy("Sign-in does not ask for it; this site does before sensitive changes."),
    Demand.AT_RISK: gettext_lazy(
        "Sign-in asks for it if something looks unusual, and this site before sensitive changes."
    ),
    Demand.UNKNOWN: gettext_lazy("This site asks for it before sensitive changes."),
}


def way_in(left: Sequence[Factor], sign_in: SignIn) -> str:
    """Say in one sentence what a sign-in takes once the factor is gone, and no more than is known of it."""
    second = [phrase(factor) for factor in sign_in.usable(left)]
    words = {"first": _first_step(left), "second": any_of(second) if second else ""}
    if not second and any(factor.kind.is_unknown for factor in left):
        return (
            _("Signing in then takes %(first)s: there is no second factor left that this site knows.") % words
        )
    if not second:
        return _nothing_more(sign_in) % words
    if not sign_in.asks(left):
        return _perhaps_more(left, sign_in) % words
    if sign_in.skips_passkeys(left) and sign_in.is_passkey_only(left):
        return _not_asked_for() % words
    if sign_in.skips_passkeys(left):
        return _("Signing in then takes %(alone)s alone, or %(other)s and after that %(second)s.") % {
            "alone": any_of([phrase(factor) for factor in passkeys(left)]),
            "other": _first_step([factor for factor in left if factor not in passkeys(left)]),
            "second": words["second"],
        }
    return _("Signing in then takes %(first)s, and after that %(second)s.") % words


def _nothing_more(sign_in: SignIn) -> str:
    if sign_in.demand is Demand.EVERYBODY:
        return _("The next sign-in takes %(first)s, and then asks to set up a second factor.")
    if sign_in.demand in (Demand.HOLDERS, Demand.NOBODY):
        return _("Signing in then takes %(first)s and nothing more: there is no second factor left.")
    return _("Signing in then takes %(first)s: there is no second factor left.")


def _perhaps_more(left: Sequence[Factor], sign_in: SignIn) -> str:
    if sign_in.demand is Demand.NOBODY:
        return _not_asked_for()
    if sign_in.demand is Demand.AT_RISK:
        return _("Signing in then takes %(first)s, and %(second)s only if something looks unusual.")
    if sign_in.leans(left):
        return _("Signing in then takes %(first)s; for %(second)s alone it may not ask.")
    return _("Signing in then takes %(first)s. Whether %(second)s is asked for is not known.")


def _not_asked_for() -> str:
    return _("Signing in then takes %(first)s and nothing more: %(second)s is not asked for.")


def _first_step(left: Sequence[Factor]) -> str:
    first = [phrase(f) for f in left if f.kind.first_factor]
    return any_of(first) if first else _("the usual sign-in")


def way_back(left: Sequence[Factor], sign_in: SignIn) -> str:
    """Say what helps when the remaining second factors are lost."""
    code = next((factor for factor in left if factor.kind.is_recovery), None)
    second = bool(sign_in.usable(left))
    if code and not sign_in.has_recovery_code(left):
        return _("Recovery codes are switched off.")
    if code and second and day(code):
        return _("If the second factor is lost, the recovery code of %(day)s stands in for it once.") % {
            "day": day(code)
        }
    if code and second:
        return _("If the second factor is lost, the recovery code stands in for it once.")
    if code:
        return _("The recovery code has no use without a second factor.")
    if second:
        return _("There is no recovery code: if the second factor is lost, only support can help.")
    return _("There is no recovery code either.")


def after_adding(factor: Factor, factors: Sequence[Factor], sign_in: SignIn) -> str:
    """Say of a new second factor, one of `factors`, whether sign-in asks for it; of anything else nothing."""
    if not factor.is_second_factor:
        return ""
    if sign_in.skips_passkeys(factors) and sign_in.is_passkey_only(factors):
        return _("Sign-in does not ask for it after a passkey.")
    if sign_in.asks(factors) and sign_in.skips_passkeys(factors):
        return _("From now on, sign-in asks for a second factor unless you use a passkey.")
    if sign_in.asks(factors):
        return _("From now on, sign-in asks for a second factor.")
    if sign_in.leans(factors):
        return _("Sign-in may not ask for it: this kind works only beside another second factor.")
    return str(WHERE_NOT_ASKED[sign_in.demand])


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
