"""After a change whose answer got lost: look at the list, and say no more than it tells."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from accounts.models import User
from enrollment import directory
from enrollment.factors import Factor
from enrollment.gateways import Problem, TenantError, Truth

Look = Callable[[tuple[Factor, ...]], bool]


@contextmanager
def settled(subject: User, is_done: Look) -> Iterator[None]:
    """Make a change; where its answer is lost, `is_done` decides from the list whether it was carried out."""
    try:
        yield
    except TenantError as error:
        # Not found: somebody else may have done the same a moment ago.
        if error.outcome is Truth.NOT_DONE and error.code is not Problem.NOT_FOUND:
            raise
        found = _look(subject, error, is_done)
        if found is not None:
            raise error.but(found) from None
    finally:
        directory.forget(subject.sub or "")


def _look(subject: User, error: TenantError, is_done: Look) -> Truth | None:
    """Return None if it was done. What timed out may yet be carried out, so not seeing it proves nothing."""
    try:
        if is_done(directory.fresh_factors_of(subject.sub or "")):
            return None
    except TenantError:
        return error.outcome
    return Truth.UNKNOWN if error.code is Problem.TIMEOUT else Truth.NOT_DONE
