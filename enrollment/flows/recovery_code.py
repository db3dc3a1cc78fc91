"""Make a recovery code, the first one included; note that one is saved."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Case, DateTimeField, Q, QuerySet, When
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.auth0.claims import CLOCK_LEEWAY
from accounts.auth0.errors import Certainty, TenantError
from accounts.identity import User, subject_of
from enrollment.account.methods import Factor
from enrollment.account.settlement import Expected
from enrollment.actors import Actor
from enrollment.audit.log import Attempt, Refused, logged, write_event
from enrollment.flows.change import authorized_change
from enrollment.flows.enroll.authorize import require_owner
from enrollment.gateways import factor_cache
from enrollment.gateways.management import ManagementGateway
from enrollment.gateways.tenant_policy import switches
from enrollment.kinds.registry import recovery_kind
from enrollment.models.activity import Action, ActivityEvent, Outcome
from enrollment.models.pending_enrollment import PendingEnrollment
from enrollment.pending.repository import update


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
    with (
        logged(Attempt(actor, subject, Action.RECOVERY_CODE_MADE)) as attempt,
        authorized_change(actor, subject) as factors,
    ):
        check_recovery_code(factors)
        attempt.begin(Expected.new_code(factors))
        try:
            return ManagementGateway.current().regenerate_recovery_code(subject_of(subject))
        except TenantError as error:
            if error.outcome is Certainty.UNKNOWN:
                raise RecoveryCodeLostError(error.code, Certainty.UNKNOWN, status=error.status) from None
            raise
        finally:
            factor_cache.invalidate(subject_of(subject))


def first_recovery_code(actor: Actor, row: PendingEnrollment) -> str:
    """Make it once, and return it to be shown; nothing where none is due, or it could not be made.

    The factor is on the account either way, and a code can be made later: so this never raises.
    """
    late = row.is_expired(timezone.now())
    if late or not row.recovery_code_due or not update(row, recovery_code_due=False):
        return ""
    try:
        if not switches().get(recovery_kind().switch or "", False):
            return ""
        return _made(actor, row)
    except TenantError as error:
        if error.outcome is Certainty.NOT_DONE:
            update(row, recovery_code_due=True)
        return ""


def _made(actor: Actor, row: PendingEnrollment) -> str:
    subject = row.subject
    with logged(Attempt(actor, subject, Action.RECOVERY_CODE_MADE, told=False)) as attempt:
        attempt.begin(Expected.new_code(()))
        try:
            return ManagementGateway.current().regenerate_recovery_code(subject_of(subject))
        finally:
            factor_cache.invalidate(subject_of(subject))


SAVED = Q(action=Action.RECOVERY_CODE_SAVED, outcome=Outcome.DONE)
MADE = Q(action=Action.RECOVERY_CODE_MADE, outcome__in=(Outcome.DONE, Outcome.UNKNOWN))


def acknowledge_recovery_code(actor: Actor, subject: User) -> None:
    """Take note, once for each code; there is nothing to signal or to mail about it."""
    require_owner(actor, subject)
    if is_recovery_code_unsaved(subject, factor_cache.factors_of(subject_of(subject)).factors):
        write_event(Attempt(actor, subject, Action.RECOVERY_CODE_SAVED), Outcome.DONE)


def is_recovery_code_unsaved(subject: User, factors: Sequence[Factor] | None) -> bool:
    """Say whether nobody has said of the latest code that it is saved: reason enough for a reminder."""
    return is_unsaved(next(iter(code_saved_at(subject)), None), factors)


def code_saved_at(subject: User) -> QuerySet[ActivityEvent, datetime | None]:
    """Look for when the latest code was saved, in one row at most; none or null where it was not."""
    codes = ActivityEvent.objects.of(subject).filter(SAVED | MADE)
    saved_at = Case(When(SAVED, then="at"), output_field=DateTimeField())
    return codes.annotate(saved_at=saved_at).values_list("saved_at", flat=True)[:1]


def is_unsaved(saved_at: datetime | None, factors: Sequence[Factor] | None) -> bool:
    """Judge by when the latest code was saved; not known counts as not saved.

    A code whose answer got lost was seen by nobody, and a process that died with it wrote no row: the
    tenant's list tells that it was made after the last one was saved.
    """
    return saved_at is None or _made_after(saved_at + CLOCK_LEEWAY, factors or ())


def _made_after(moment: datetime, factors: Sequence[Factor]) -> bool:
    made = (factor.added_at for factor in factors if factor.kind.is_recovery)
    return any(added_at is not None and added_at > moment for added_at in made)
