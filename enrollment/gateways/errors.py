"""What can go wrong at the tenant: stable codes, what is known of the outcome, and sentences for people."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

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


class Truth(StrEnum):
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
TRUTHS: dict[Truth, StrOrPromise] = {
    Truth.NOT_DONE: _("It was not done, and nothing was changed."),
    Truth.UNKNOWN: _("It may have been done: check the list."),
}


class TenantError(Exception):
    """A call to the tenant failed.

    Holds no body and no URL, since bodies carry numbers and codes and errors get logged; `detail` is at most
    Auth0's own error code and the scopes it names, `fields` the names of what was refused.
    """

    def __init__(
        self,
        code: Problem,
        outcome: Truth = Truth.NOT_DONE,
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

    def but(self, outcome: Truth) -> TenantError:
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
        return TRUTHS[self.outcome]
