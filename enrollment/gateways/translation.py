"""Failures of httpx and of Auth0's SDK, told as `TenantError`."""

import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx
from auth0.management.core.api_error import ApiError
from auth0.management.core.parse_error import ParsingError

from enrollment.gateways.errors import Problem, TenantError, Truth
from enrollment.gateways.http import seconds_asked_for

logger = logging.getLogger(__name__)

BY_STATUS = {
    400: Problem.REJECTED,
    401: Problem.CREDENTIALS,
    403: Problem.FORBIDDEN,
    404: Problem.NOT_FOUND,
    409: Problem.CONFLICT,
    429: Problem.RATE_LIMITED,
}
# What reading an answer of an odd shape may raise; nesting without end overflows the stack.
UNREADABLE = (ValueError, TypeError, AttributeError, LookupError, ArithmeticError, RecursionError)
OWN_CODE = re.compile(r"[a-z][a-z0-9_]{2,60}")
SCOPE = re.compile(r"\b[a-z]+:[a-z_]+\b")


@contextmanager
def told_as_tenant_errors(*, changes: bool) -> Iterator[None]:
    """Translate what the SDK raises; a call that `changes` something and lost its answer may have done it."""
    lost = Truth.UNKNOWN if changes else Truth.NOT_DONE
    try:
        yield
    except httpx.TransportError as error:
        raise from_transport(error, lost) from None
    except ParsingError as error:
        raise TenantError(Problem.GARBAGE, lost, status=error.status_code) from None
    except ApiError as error:
        raise from_answer(error.status_code or 0, error.headers or {}, error.body, lost) from None
    except (*UNREADABLE, httpx.HTTPError) as error:
        # Auth0's SDK trips over answers of an odd shape in ways of its own; their text may quote the answer.
        logger.warning("An answer of the tenant could not be read: %s", type(error).__name__)
        raise TenantError(Problem.GARBAGE, lost) from None


def from_transport(error: httpx.TransportError, lost: Truth) -> TenantError:
    """Tell a failure without an answer; only what was never sent is sure not to have been done."""
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout):
        return TenantError(Problem.UNREACHABLE)
    if isinstance(error, httpx.TimeoutException):
        return TenantError(Problem.TIMEOUT, lost)
    return TenantError(Problem.LOST, lost)


def from_answer(status: int, headers: Mapping[str, str], body: Any, lost: Truth) -> TenantError:
    """Tell an answer that is no success; a documented refusal alone says that nothing was done."""
    if status == httpx.codes.REQUEST_TIMEOUT:
        return TenantError(Problem.TIMEOUT, lost, status=status)
    if problem := BY_STATUS.get(status):
        wait = seconds_asked_for(httpx.Headers(headers)) if problem is Problem.RATE_LIMITED else None
        return TenantError(problem, status=status, retry_after=wait, detail=_detail(body))
    problem = Problem.OUT_OF_ORDER if httpx.codes.is_server_error(status) else Problem.GARBAGE
    return TenantError(problem, lost, status=status)


def _detail(body: Any) -> str:
    """Keep of a refusal Auth0's own error code and the scopes it names, and nothing else."""
    if not isinstance(body, Mapping):
        return ""
    code = str(body.get("errorCode") or body.get("error") or "")
    scopes = SCOPE.findall(str(body.get("message") or ""))
    return " ".join([code if OWN_CODE.fullmatch(code) else "", *scopes]).strip()
