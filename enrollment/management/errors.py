"""Failures as a command tells them: what happened, what to do next, and an exit status to branch on."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from typing import TYPE_CHECKING

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.auth0.errors import Certainty, Problem, TenantError
from enrollment.audit.log import Refused

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class Exit(IntEnum):
    """Status 2 is argparse's own, for a command line that cannot be read."""

    REFUSED = 1
    FAILED = 3
    PARTLY = 4


NEXT_STEPS: "dict[Problem, StrOrPromise]" = {
    Problem.UNREACHABLE: gettext_lazy("Check AUTH0_DOMAIN and this machine's network, then run it again."),
    Problem.TIMEOUT: gettext_lazy("Look at Auth0's status page, then run it again."),
    Problem.LOST: gettext_lazy("Run it again; if it happens every time, look for a proxy in between."),
    Problem.OUT_OF_ORDER: gettext_lazy("Look at Auth0's status page, then run it again."),
    Problem.GARBAGE: gettext_lazy("Check that AUTH0_DOMAIN names an Auth0 tenant and no other site."),
    Problem.RATE_LIMITED: gettext_lazy("Wait a minute and run it again for whoever is left."),
    Problem.CREDENTIALS: gettext_lazy("Check AUTH0_MGMT_CLIENT_ID and AUTH0_MGMT_CLIENT_SECRET."),
    Problem.FORBIDDEN: gettext_lazy(
        "Give the application that AUTH0_MGMT_CLIENT_ID names the missing scope of the Management API."
    ),
    Problem.NOT_FOUND: gettext_lazy("Look the person up in Auth0's dashboard: they may be deleted there."),
    Problem.CONFLICT: gettext_lazy("Run it again: somebody else changed the same thing just now."),
    Problem.REJECTED: gettext_lazy("Check in Auth0's dashboard whether the tenant's plan allows this."),
    Problem.LOCKED: gettext_lazy("Let the account's owner sign in again first: that unlocks it."),
    Problem.NOT_CONFIGURED: gettext_lazy("Set AUTH0_DOMAIN, AUTH0_MGMT_CLIENT_ID and its secret."),
}
# Of problems that only a person's own pages can meet.
ELSEWHERE = gettext_lazy("Run it again; if it stays, look into the site's log.")
REFUSAL_STEPS: "dict[str, StrOrPromise]" = {
    "busy": gettext_lazy("Run it again in a moment."),
    "invitation-needed": gettext_lazy("Add --invite."),
    "reason-needed": gettext_lazy("Add --reason."),
    "no-identity": gettext_lazy("Let them sign in once, or pick another account."),
    "no-second-factor": gettext_lazy("Send them a link to add one: mfa_user invite."),
    "no-address": gettext_lazy("Give the account an address at Auth0, or add --show-link to an invitation."),
    "nothing-offered": gettext_lazy("Switch a factor on: mfa_factors enable."),
    "kind-not-offered": gettext_lazy("Switch it on with mfa_factors enable, or leave --factor out."),
    "no-such-factor": gettext_lazy("See mfa_user list for the factors there are."),
    "no-such-switch": gettext_lazy("See mfa_factors list for those there are."),
    "dependent-factor": gettext_lazy("For example: mfa_factors enable otp."),
    "no-such-action": gettext_lazy("See mfa_actions list for those there are."),
    "actions-not-deployed": gettext_lazy("Run mfa_actions deploy first."),
    "no-factor-stands-alone": gettext_lazy("For example: mfa_factors enable otp."),
}


def sentences(*parts: "StrOrPromise") -> str:
    return " ".join(str(part) for part in parts if part)


def next_step(problem: Problem) -> str:
    return str(NEXT_STEPS.get(problem, ELSEWHERE))


def told(error: Refused | TenantError) -> str:
    """Say what happened and what to do, in one paragraph."""
    if isinstance(error, Refused):
        return sentences(error.sentence, REFUSAL_STEPS.get(error.code, ""))
    detail = f"({error.detail})" if error.detail else ""
    return sentences(error.cause, detail, error.consequence, _wait(error), next_step(error.code))


def _wait(error: TenantError) -> str:
    if not error.retry_after:
        return ""
    return _("It asks for a wait of %(seconds)d seconds.") % {"seconds": int(error.retry_after) + 1}


def status_of(error: Refused | TenantError) -> Exit:
    if isinstance(error, Refused):
        return Exit.REFUSED
    return Exit.FAILED if error.outcome is Certainty.NOT_DONE else Exit.PARTLY


def command_error(
    error: Refused | TenantError, about: str = "", *, status: Exit | None = None
) -> CommandError:
    """Make the error that ends the command; `about` names whom it is about."""
    text = f"{about}: {told(error)}" if about else told(error)
    return CommandError(text, returncode=status or status_of(error))


@contextmanager
def failures(about: str = "") -> Iterator[None]:
    """Turn what flows and gateways raise into the command's end."""
    try:
        yield
    except (Refused, TenantError) as error:
        raise command_error(error, about) from None
