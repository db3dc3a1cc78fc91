"""What this app answers when `accounts` asks whether somebody had a second factor already."""

from datetime import datetime
from typing import Any

from accounts.auth0.claims import HadFactor
from enrollment.account.methods import had_independent
from enrollment.gateways import factor_cache


def answer_second_factor_asked(
    subject: str, before: datetime | None, may_call: bool, **_kwargs: Any
) -> HadFactor:
    """Answer from the list of factors, which stays cached for the page that follows; none is no answer."""
    factors = (factor_cache.reliable_factors_of if may_call else factor_cache.cached_factors_of)(subject)
    return HadFactor.UNKNOWN if factors is None else had_independent(factors, before)
