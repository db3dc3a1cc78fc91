"""What can go wrong at the tenant: stable codes, what is known of the outcome, and sentences for people."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.auth0.answers import retry_after_seconds
from accounts.auth0.http import (
    ConnectError,
    ConnectTimeout,
    Headers,
    HeldBackError,
    PoolTimeout,
    TimeoutException,
    TooLargeError,
    TransportError,
)

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class Problem(StrEnum):
    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    LOST = "answer-lost"
    OUT_OF_ORDER = "out-of-order"
    GARBAGE = "garbage"
    RATE_LIMITED = "rate-limited"
    CREDENTIALS = "credentials-refused"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not-found"
    CONFLICT = "conflict"
    REJECTED = "rejected"
    NOT_CONFIGURED = "not-configured"
    # Held back here, by the account's owner; nothing was asked of the tenant.
    LOCKED = "account-locked"
    # Of the My Account API, which acts for the person and with their own token.
    NOT_ACTIVATED = "my-account-not-activated"
    MISSING_SCOPE = "my-account-scope-missing"
    UNMET_REQUIREMENTS = "requirements-unmet"
    TOKEN_ENDED = "token-ended"  # noqa: S105 - a code, not a token
    INVALID = "invalid"
    WRONG_CODE = "wrong-code"


class Certainty(StrEnum):
    """What is known about a change whose call failed. `UNKNOWN` is looked into, never guessed."""

    NOT_DONE = "not_done"
    UNKNOWN = "unknown"


CAUSES: dict[Problem, StrOrPromise] = {
    Problem.UNREACHABLE: _("The sign-in service could not be reached."),
    Problem.TIMEOUT: _("The sign-in service took too long to answer."),
    Problem.LOST: _("The connection to the sign-in service broke off."),
    Problem.OUT_OF_ORDER: _("The sign-in service has a problem of its own."),
    Problem.GARBAGE: _("The sign-in service gave an answer that makes no sense."),
    Problem.RATE_LIMITED: _("The sign-in service is being asked too often. Wait a minute and try again."),
    Problem.CREDENTIALS: _("The sign-in service does not accept this site's credentials."),
    Problem.FORBIDDEN: _("The sign-in service does not let this site do that."),
    Problem.NOT_FOUND: _("The sign-in service does not know this account or factor."),
    Problem.CONFLICT: _("The sign-in service says that this clashes with something that is there already."),
    Problem.REJECTED: _("The sign-in service did not accept this."),
    Problem.NOT_CONFIGURED: _("This site is not connected to its sign-in service."),
    Problem.LOCKED: _("This account was locked for changes meanwhile."),
    Problem.NOT_ACTIVATED: _("Adding this here is not available at the sign-in service. Ask support."),
    Problem.MISSING_SCOPE: _("The sign-in service does not let this site add to your account. Ask support."),
    Problem.UNMET_REQUIREMENTS: _(
        "The sign-in service asks for a fresh proof with your second factor first."
    ),
    Problem.TOKEN_ENDED: _(
        "The sign-in service's permission for this has ended: confirm again that it is you."
    ),
    Problem.INVALID: _("The sign-in service did not accept what was typed."),
    Problem.WRONG_CODE: _(
        "The sign-in service did not accept the answer: it is wrong, too old, or too early."
    ),
}
CONSEQUENCES: dict[Certainty, StrOrPromise] = {
    Certainty.NOT_DONE: _("It was not done, and nothing was changed."),
    Certainty.UNKNOWN: _("It may have been done: check the list."),
}


class TenantError(Exception):
    """A call to the tenant failed.

    Holds no body and no URL, since bodies carry numbers and codes and errors get logged; `detail` is at most
    Auth0's own error code and the scopes it names, `fields` the names of what was refused.
    """

    def __init__(
        self,
        code: Problem,
        outcome: Certainty = Certainty.NOT_DONE,
        *,
        status: int | None = None,
        retry_after: float | None = None,
        detail: str = "",
        fields: tuple[str, ...] = (),
    ) -> None:
        super().__init__(code, status)
        self.code = code
        self.outcome = outcome
        self.status = status
        self.retry_after = retry_after
        self.detail = detail
        self.fields = fields

    def __str__(self) -> str:
        parts = [str(self.code), f"HTTP {self.status}" if self.status else "", self.detail]
        return ", ".join(part for part in parts if part)

    def but(self, outcome: Certainty) -> TenantError:
        """Return the same failure with another outcome, for whoever looked into it."""
        return TenantError(
            self.code,
            outcome,
            status=self.status,
            retry_after=self.retry_after,
            detail=self.detail,
            fields=self.fields,
        )

    @property
    def cause(self) -> StrOrPromise:
        """What went wrong, for people."""
        return CAUSES[self.code]

    @property
    def consequence(self) -> StrOrPromise:
        """What that means for the change that was asked for."""
        return CONSEQUENCES[self.outcome]


class RateLimited(TenantError):  # noqa: N818  # a state, not an error (CONTRIBUTING.md, words)
    """The call was held back here, and nothing was asked of the tenant; `opens_at` is when it may be made."""

    def __init__(self, opens_at: datetime) -> None:
        wait = max(0.0, (opens_at - timezone.now()).total_seconds())
        super().__init__(Problem.RATE_LIMITED, retry_after=wait)
        self.opens_at = opens_at


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


def from_transport(error: TransportError, lost: Certainty) -> TenantError:
    """Tell a failure without an answer; only what was never sent is sure not to have been done."""
    if isinstance(error, HeldBackError):
        return RateLimited(datetime.fromtimestamp(error.opens_at, UTC))
    if isinstance(error, ConnectError | ConnectTimeout | PoolTimeout):
        return TenantError(Problem.UNREACHABLE)
    if isinstance(error, TimeoutException):
        return TenantError(Problem.TIMEOUT, lost)
    return TenantError(Problem.GARBAGE if isinstance(error, TooLargeError) else Problem.LOST, lost)


def from_answer(status: int, headers: Mapping[str, str], body: Any, lost: Certainty) -> TenantError:
    """Tell an answer that is no success; a documented refusal alone says that nothing was done."""
    if status == HTTPStatus.REQUEST_TIMEOUT:
        return TenantError(Problem.TIMEOUT, lost, status=status)
    if problem := BY_STATUS.get(status):
        wait = retry_after_seconds(Headers(headers)) if problem is Problem.RATE_LIMITED else None
        return TenantError(problem, status=status, retry_after=wait, detail=_detail(body))
    problem = Problem.OUT_OF_ORDER if status >= HTTPStatus.INTERNAL_SERVER_ERROR else Problem.GARBAGE
    return TenantError(problem, lost, status=status)


def _detail(body: Any) -> str:
    """Keep of a refusal Auth0's own error code and the scopes it names, and nothing else."""
    if not isinstance(body, Mapping):
        return ""
    code = str(body.get("errorCode") or body.get("error") or "")
    scopes = SCOPE.findall(str(body.get("message") or ""))
    return " ".join([code if OWN_CODE.fullmatch(code) else "", *scopes]).strip()
