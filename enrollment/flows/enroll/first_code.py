"""The recovery code that goes with the first second factor.

Made through the Management API, not the My Account API: there, making and confirming a code would take two
more of the person's writes, of which the first factor has just used up the minute's two; and a person without
any code has no older one that must stay good until the new one is saved.
"""

from django.utils import timezone

from enrollment import directory
from enrollment.activity import Attempt, recorded
from enrollment.actors import Actor
from enrollment.factors import FactorKind
from enrollment.flows.enroll.rows import change
from enrollment.gateways import ManagementGateway, TenantError, Truth
from enrollment.models import PendingEnrollment
from enrollment.tenant_policy import switches
from enrollment.vocabulary import Action


def first_recovery_code(actor: Actor, row: PendingEnrollment) -> str:
    """Make it once, and return it to be shown; nothing where none is due, or it could not be made.

    The factor is on the account either way, and a code can be made later: so this never raises.
    """
    late = row.is_expired(timezone.now())
    if late or not row.recovery_due or not change(row, recovery_due=False):
        return ""
    try:
        if not switches().get(FactorKind.RECOVERY_CODE.facts.switch or "", False):
            return ""
        return _made(actor, row)
    except TenantError as error:
        if error.outcome is Truth.NOT_DONE:
            change(row, recovery_due=True)
        return ""


def _made(actor: Actor, row: PendingEnrollment) -> str:
    subject = row.subject
    with recorded(Attempt(actor, subject, Action.RECOVERY_CODE_MADE), told=False):
        try:
            return ManagementGateway.current().regenerate_recovery_code(subject.sub or "")
        finally:
            directory.forget(subject.sub or "")
