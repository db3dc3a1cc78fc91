"""Failures of httpx and of Auth0's SDK, told as `TenantError`."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from auth0.management.core.api_error import ApiError
from auth0.management.core.parse_error import ParsingError

from accounts.auth0.errors import UNREADABLE, Certainty, Problem, TenantError, from_answer, from_transport
from accounts.auth0.http import HTTPError, TransportError

logger = logging.getLogger(__name__)


@contextmanager
def raise_tenant_errors(*, changes: bool) -> Iterator[None]:
    """Translate what the SDK raises; a call that `changes` something and lost its answer may have done it."""
    lost = Certainty.UNKNOWN if changes else Certainty.NOT_DONE
    try:
        yield
    except TransportError as error:
        raise from_transport(error, lost) from None
    except ParsingError as error:
        raise TenantError(Problem.GARBAGE, lost, status=error.status_code) from None
    except ApiError as error:
        raise from_answer(error.status_code or 0, error.headers or {}, error.body, lost) from None
    except (*UNREADABLE, HTTPError) as error:
        # Auth0's SDK trips over answers of an odd shape in ways of its own; their text may quote the answer.
        logger.warning("An answer of the tenant could not be read: %s", type(error).__name__)
        raise TenantError(Problem.GARBAGE, lost) from None
