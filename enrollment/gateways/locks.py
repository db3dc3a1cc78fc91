"""A locked account is not changed at the tenant, however long ago the change was let in."""

from accounts.auth0.errors import Certainty, Problem, TenantError
from enrollment.models.account_lock import is_locked


def check_not_locked(sub: str, outcome: Certainty = Certainty.NOT_DONE) -> None:
    """Raise `TenantError` where somebody has said "this wasn't me": as the database has it now."""
    if is_locked(sub):
        raise TenantError(Problem.LOCKED, outcome)
