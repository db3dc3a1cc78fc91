"""What a refusal of the My Account API means, by the call that it answers.

Auth0 publishes no list of its error codes and its own libraries branch on the status; so does this, except
where a code that is known tells two meanings of one status apart.
"""

import logging
import re
from collections.abc import Mapping
from enum import Enum
from http import HTTPStatus
from typing import Any

from accounts.auth0.answers import json_of, retry_after_seconds
from accounts.auth0.errors import Certainty, Problem, TenantError, from_answer
from accounts.auth0.http import Response

logger = logging.getLogger(__name__)

# The last part of the problem's `type`, as https://auth0.com/api-errors/A0E-403-0002.
CODE = re.compile(r"A0E-\d{3}-\d{4}\Z")
INSUFFICIENT_SCOPE = "A0E-403-0002"
FIELD = re.compile(r"[a-z][A-Za-z0-9_.]{0,60}\Z")
UNMET = "unmet_authentication_requirements"


class Call(Enum):
    """What was asked; an answer's status means different things to each."""

    BEGIN = "begin"
    VERIFY = "verify"
    DELETE = "delete"
    READ = "read"


# The one answer of each that says that it was done.
SUCCESS = {Call.BEGIN: 202, Call.VERIFY: 201, Call.DELETE: 204, Call.READ: 200}
# Where a 404 has nothing else to be about than the whole API.
OF_THE_COLLECTION = (Call.BEGIN, Call.READ)
# What somebody has to set up at the tenant.
CLOSED = frozenset({Problem.NOT_ACTIVATED, Problem.MISSING_SCOPE})
# What means the same to every call.
BY_STATUS = {
    401: Problem.TOKEN_ENDED,
    404: Problem.NOT_FOUND,
    409: Problem.CONFLICT,
    429: Problem.RATE_LIMITED,
}
# The statuses that are documented to refuse.
REFUSALS = frozenset({*BY_STATUS, 400, 403, 415})


def error_from_response(answer: Response, call: Call) -> TenantError:
    """Tell an answer that is no success; the log gets Auth0's code, and nothing of the body."""
    body, status = _body(answer), answer.status_code
    code = _code(body)
    logger.warning("The My Account API refused: call %s, HTTP %s, type %s", call.value, status, code)
    if not _is_refusal(status, code):
        return from_answer(status, answer.headers, None, outcome_if_lost(call))
    problem = _problem(status, body, code, call)
    if problem in CLOSED:
        logger.error(
            "The My Account API is closed to this site (%s): run manage.py mfa_doctor", problem.value
        )
    wait = retry_after_seconds(answer.headers) if problem is Problem.RATE_LIMITED else None
    return TenantError(problem, status=status, retry_after=wait, detail=code, fields=_fields(body))


def _is_refusal(status: int, code: str) -> bool:
    """Whether it is Auth0 that says no, by a documented status or with its own code; else all is open."""
    has_code = (
        bool(code)
        and HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR
        and status != HTTPStatus.REQUEST_TIMEOUT
    )
    return status in REFUSALS or has_code


def outcome_if_lost(call: Call) -> Certainty:
    """What is known of a call whose answer never came."""
    return Certainty.NOT_DONE if call is Call.READ else Certainty.UNKNOWN


def _problem(status: int, body: Mapping[str, Any], code: str, call: Call) -> Problem:
    if UNMET in f"{body.get('error')} {body.get('title')} {body.get('detail')}":
        return Problem.UNMET_REQUIREMENTS
    if status == HTTPStatus.FORBIDDEN and _is_about_scope(body, code):
        return Problem.MISSING_SCOPE
    if call is Call.VERIFY and status not in BY_STATUS:
        return Problem.WRONG_CODE
    if status == HTTPStatus.NOT_FOUND and call in OF_THE_COLLECTION:
        return Problem.NOT_ACTIVATED
    if status == HTTPStatus.FORBIDDEN:
        return Problem.FORBIDDEN
    return BY_STATUS.get(status, Problem.INVALID if _fields(body) else Problem.REJECTED)


def _is_about_scope(body: Mapping[str, Any], code: str) -> bool:
    return code == INSUFFICIENT_SCOPE or "scope" in f"{body.get('title')} {body.get('detail')}".lower()


def _fields(body: Mapping[str, Any]) -> tuple[str, ...]:
    """Name the members that were refused; what was wrong with them may quote what was typed."""
    errors = body.get("validation_errors")
    named = (
        str(error.get("field") or str(error.get("pointer") or "").strip("/").replace("/", "."))
        for error in (errors if isinstance(errors, list) else [])
        if isinstance(error, Mapping)
    )
    return tuple(dict.fromkeys(name for name in named if FIELD.match(name)))


def _code(body: Mapping[str, Any]) -> str:
    code = str(body.get("type") or "").rpartition("/")[2]
    return code if CODE.match(code) else ""


def _body(answer: Response) -> Mapping[str, Any]:
    try:
        body = json_of(answer)
    except ValueError:
        return {}
    return body if isinstance(body, Mapping) else {}
