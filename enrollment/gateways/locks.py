"""A locked account is not changed at the tenant, however long ago the change was let in."""

from accounts.auth0.errors import Certainty, Problem, TenantError
from enrollment.models.account_lock import is_locked
from enrollment.models.change_lease import renew_lease


def check_not_locked(sub: str, outcome: Certainty = Certainty.NOT_DONE) -> None:
    """Raise `TenantError` where somebody has said "this wasn't me": as the database has it now."""
    if is_locked(sub):
        raise TenantError(Problem.LOCKED, outcome)


def check_before_write(sub: str) -> None:
    """Refuse a locked account, and renew the lease; raises `LeaseTakenError` where that was lost."""
    check_not_locked(sub)
    renew_lease()
