"""What somebody has to prove before their own account is changed."""

from collections.abc import Sequence
from datetime import datetime

from accounts import conf
from accounts.assurance import Requirement
from enrollment.factors import Factor, has_second_factor


def requirement_for(factors: Sequence[Factor] | None) -> Requirement:
    """Say what a person proves before changing their own account: a second factor, if there is one.

    With none there is nothing to step up with: a fresh sign-in has to do. Not knowing counts as having one.
    """
    if factors is None or has_second_factor(factors):
        return Requirement.mfa()
    return Requirement.fresh_login()


def requirement_to_unfreeze(factors: Sequence[Factor] | None, frozen_at: datetime) -> Requirement:
    """Say what ends a freeze: a sign-in from start to end, second factor included, later than the freeze."""
    usual, window = requirement_for(factors), conf.step_up_window()
    return Requirement(mfa_within=usual.mfa_within, login_within=window, after=frozen_at)
