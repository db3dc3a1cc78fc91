"""A locked account is not changed at the tenant, however long ago the change was let in."""

from enrollment.freezes import is_frozen
from enrollment.gateways.errors import Problem, TenantError, Truth


def refuse_locked(sub: str, outcome: Truth = Truth.NOT_DONE) -> None:
    """Raise `TenantError` where somebody has said "this wasn't me": as the database has it now."""
    if is_frozen(sub):
        raise TenantError(Problem.LOCKED, outcome)
