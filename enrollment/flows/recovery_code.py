"""Make a new recovery code."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from accounts.models import User
from enrollment import directory
from enrollment.activity import Attempt, Refused, recorded
from enrollment.actors import Actor
from enrollment.factors import Factor
from enrollment.flows.guard import opened
from enrollment.gateways import ManagementGateway, TenantError, Truth
from enrollment.vocabulary import Action


class RecoveryCodeLostError(TenantError):
    """The new code may have been made and got lost on the way; nobody can look it up, so nobody guesses."""

    @property
    def consequence(self) -> str:
        return _(
            "A new code may have been made and got lost on the way, and then the old one no longer works. "
            "Make another one."
        )


def check_recovery_code(factors: Sequence[Factor]) -> None:
    """Raise `Refused` where a code would be of no use."""
    if not any(factor.is_second_factor for factor in factors):
        sentence = _("A recovery code stands in for a second factor, and there is none yet. Add one first.")
        raise Refused("no-second-factor", sentence)


def new_recovery_code(actor: Actor, subject: User) -> str:
    """Make a new code and return it, to be shown once and kept nowhere; the old one is dead from then on."""
    with recorded(Attempt(actor, subject, Action.RECOVERY_CODE_MADE)), opened(actor, subject) as factors:
        check_recovery_code(factors)
        try:
            return ManagementGateway.current().regenerate_recovery_code(subject.sub or "")
        except TenantError as error:
            if error.outcome is Truth.UNKNOWN:
                raise RecoveryCodeLostError(error.code, Truth.UNKNOWN, status=error.status) from None
            raise
        finally:
            directory.forget(subject.sub or "")
