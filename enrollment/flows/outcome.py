"""After a change whose answer got lost: look, and say no more than what is seen."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from accounts.auth0.errors import Certainty, Problem, TenantError
from accounts.identity import User, subject_of
from enrollment.account.methods import Factor
from enrollment.gateways import factor_cache

SUCCESSES = range(200, 300)


@contextmanager
def resolve_outcome(is_done: Callable[[], bool]) -> Iterator[None]:
    """Make a change; where its answer is lost, `is_done` looks at the tenant whether it was carried out."""
    try:
        yield
    except TenantError as error:
        # Not found: somebody else may have done the same a moment ago.
        if error.outcome is Certainty.NOT_DONE and error.code is not Problem.NOT_FOUND:
            raise
        seen = _looked(error, is_done)
        if seen is not None:
            raise error.but(seen) from None


@contextmanager
def resolve_by_list(subject: User, is_done: Callable[[Sequence[Factor]], bool]) -> Iterator[None]:
    """Make a change of one person's factors; their list, read again, tells whether it was carried out."""
    try:
        with resolve_outcome(lambda: is_done(factor_cache.fresh_factors_of(subject_of(subject)))):
            yield
    finally:
        factor_cache.invalidate(subject_of(subject))


def _looked(error: TenantError, is_done: Callable[[], bool]) -> Certainty | None:
    """Return None if it was done. What may yet be carried out proves nothing by not being seen."""
    try:
        if is_done():
            return None
    except TenantError:
        return error.outcome
    return Certainty.UNKNOWN if _may_come_yet(error) else Certainty.NOT_DONE


def _may_come_yet(error: TenantError) -> bool:
    """It timed out, or was answered by a success that is not the documented one, as "accepted"."""
    return error.code is Problem.TIMEOUT or error.status in SUCCESSES
