"""Send the code again: the API has no call for it, so another enrollment takes the first one's place."""

from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from enrollment.activity import Refused
from enrollment.actors import Actor
from enrollment.budget import my_account
from enrollment.factors import Method
from enrollment.flows.enroll import rows
from enrollment.flows.enroll.begin import check_count, secrets_of
from enrollment.flows.enroll.cleaning import clean
from enrollment.flows.enroll.entry import admitted, attempt_of, noted
from enrollment.flows.enroll.open import check_open
from enrollment.flows.enroll.refusals import busy, over, too_soon
from enrollment.flows.enroll.settle import settle
from enrollment.flows.enroll.targets import Target
from enrollment.gateways import Begun, TenantError, Truth
from enrollment.models import PendingEnrollment
from enrollment.pending import LIFE, Event, State, Way
from enrollment.records import sealed


class CodeLostError(TenantError):
    """The answer to the call that sends the code got lost, and with it what would make that code good."""

    @property
    def consequence(self) -> str:
        return _("A code may arrive that does not fit. The one before is still good, or ask for another one.")


def resend_code(actor: Actor, subject: User, pending_id: str, token: str | None) -> PendingEnrollment:
    """Send another code to the same number or address; until it is on its way, the one before stays good."""
    row = rows.owned(subject, pending_id)
    with noted(attempt_of(actor, subject, row)):
        methods = admitted(actor, subject, token, row)
        settle(actor, row, methods)
        if row.status is State.CONFIRMED:
            return row
        check_open(row)
        _check_turn(row)
        check_count(subject)
        _resend(subject, row, token or "", methods)
    return row


def _check_turn(row: PendingEnrollment) -> None:
    now = timezone.now()
    if row.way is not Way.SENT_CODE:
        raise Refused("nothing-to-send", _("No code is sent for this kind of factor."))
    if row.is_leased(now):
        raise busy()
    if row.resend_at and now < row.resend_at:
        raise too_soon(max(1, -int((now - row.resend_at).total_seconds() // 1)))


def _resend(subject: User, row: PendingEnrollment, token: str, methods: Sequence[Method]) -> None:
    target, before = Target.again(row), rows.method_id_of(row)
    if not rows.change(row, lease_until=rows.lease_end(timezone.now()), sends=row.sends + 1):
        raise busy()
    try:
        begun = my_account(subject.sub or "", token).begin(target.kind, **target.said)
    except TenantError as error:
        rows.change(row, lease_until=None)
        if error.outcome is Truth.UNKNOWN:
            raise CodeLostError(error.code, Truth.UNKNOWN, status=error.status) from None
        raise
    if _replaced(row, target, before, begun):
        clean(subject, methods)
    else:
        # Somebody confirmed or cancelled meanwhile: the new one is not needed.
        rows.note_strays(row, [begun.method_id or ""])
        clean(subject)
    row.refresh_from_db()
    if row.status in (State.CANCELLED, State.EXPIRED, State.FAILED):
        raise over(row)


def _replaced(row: PendingEnrollment, target: Target, before: str, begun: Begun) -> bool:
    """Put the new enrollment in the place of the one before, and note that for cleaning up in one step."""
    while row.status is State.CHALLENGED and rows.method_id_of(row) == before:
        now = timezone.now()
        if rows.move(
            row,
            Event.RESENT,
            sealed_secrets=sealed(secrets_of(begun, target)),
            sealed_strays=row.sealed_with([*row.strays, before]) if before else row.sealed_strays,
            clean_up_at=now,
            sent_at=now,
            expires_at=now + LIFE,
            attempts=0,
        ):
            return True
    return False
