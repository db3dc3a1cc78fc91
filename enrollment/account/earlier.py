"""Which factors were on an account before a moment: pure, by the times that the tenant's list has."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from accounts.auth0.claims import CLOCK_LEEWAY, HadFactor, HadResistant
from enrollment.account.methods import Factor, Method
from enrollment.kinds.base import Kind


def had_independent(factors: Iterable[Factor], before: datetime | None) -> HadFactor:
    """Say whether a factor that stands alone is there, or was before a moment: a doubt is no yes.

    Of a method that does not say when it was set up, and of an unknown kind, nobody knows.
    """
    return _had(factors, before, lambda kind: kind.independent)


def had_resistant(factors: Sequence[Factor], before: datetime | None) -> HadResistant:
    """Say the same of passkeys, and of second factors that no fake sign-in page can take."""
    return HadResistant(
        passkey=_had(factors, before, lambda kind: kind.is_passkey),
        security_key=_had(factors, before, lambda kind: kind.phishing_resistant and kind.second_factor),
    )


def _had(factors: Iterable[Factor], before: datetime | None, is_wanted: Callable[[Kind], bool]) -> HadFactor:
    found = [_was_there(method, before, is_wanted) for factor in factors for method in factor.methods]
    return next((had for had in (HadFactor.YES, HadFactor.UNKNOWN) if had in found), HadFactor.NO)


def _was_there(method: Method, before: datetime | None, is_wanted: Callable[[Kind], bool]) -> HadFactor:
    if method.kind.is_unknown:
        return HadFactor.UNKNOWN
    if not is_wanted(method.kind):
        return HadFactor.NO
    if before is None:
        return HadFactor.YES
    times = [moment for moment in (method.created_at, method.enrolled_at) if moment]
    if not times:
        return HadFactor.UNKNOWN
    # By the tenant's clock, which may be behind: what was set up just after must not pass for before.
    return HadFactor.YES if max(times) < before - CLOCK_LEEWAY else HadFactor.NO
