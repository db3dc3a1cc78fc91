"""How many writes Auth0's My Account API still takes from a person: two a minute on its free plan.

A write too many is held back here, with the time at which it may be made, and not burnt at the tenant.
https://auth0.com/docs/troubleshoot/customer-support/operational-policies/rate-limit-policy
"""

from functools import partial

from enrollment.budget.meter import Budget, BudgetSpent, SharedMeter
from enrollment.gateways.locks import refuse_locked
from enrollment.gateways.my_account import MyAccountGateway

__all__ = ["Budget", "BudgetSpent", "budget_of", "my_account"]


def my_account(sub: str, token: str) -> MyAccountGateway:
    """Open the My Account API for a person; each write is reserved first, or raises `BudgetSpent`.

    Nothing is written to an account that is locked by the time the call is sent.
    """
    return MyAccountGateway.current(token, SharedMeter(sub), partial(refuse_locked, sub))


def budget_of(sub: str) -> Budget:
    """Look what is left, without taking any of it."""
    return SharedMeter(sub).look()
