"""Come back to an enrollment: see how it stands, have a code sent again, wait for a phone, give it up."""

from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.auth0.errors import Certainty, TenantError
from accounts.identity import User, subject_of
from enrollment.account.methods import Method
from enrollment.actors import Actor
from enrollment.audit.log import Refused
from enrollment.flows.change import throttle
from enrollment.flows.enroll.authorize import attempt_of, authorize, log_final_failure, require_owner
from enrollment.flows.enroll.begin import Destination, check_count, secrets_of
from enrollment.flows.enroll.cleanup import remove_orphans
from enrollment.flows.enroll.errors import (
    busy_error,
    check_open,
    closed_error,
    too_soon_error,
    unresolved_error,
)
from enrollment.flows.enroll.reconcile import needs_list, owner_actor, read_methods, reconcile
from enrollment.gateways import factor_cache
from enrollment.gateways.my_account import my_account_for
from enrollment.gateways.parsers import StartedEnrollment
from enrollment.models.pending_enrollment import PendingEnrollment, encrypt_json
from enrollment.pending import repository
from enrollment.pending.state_machine import LIFE, Event, State, sources


def pending_of(
    subject: User, rows: Sequence[PendingEnrollment] | None = None
) -> tuple[PendingEnrollment, ...]:
    """Return what is open, as true as can be known; never raises. Rows are read where they are not given."""
    rows = repository.unsettled_enrollments(subject) if rows is None else rows
    open_rows = [row for row in rows if row.is_live]
    methods = read_methods(subject) if any(needs_list(row) for row in open_rows) else None
    for row in open_rows:
        reconcile(owner_actor(subject), row, methods)
    return tuple(row for row in open_rows if row.is_live)


def enrollment_of(subject: User, pending_id: str) -> PendingEnrollment:
    """Return one enrollment, open or over; somebody else's is `Refused`."""
    row = repository.get_owned(subject, pending_id)
    reconcile(owner_actor(subject), row, read_methods(subject) if needs_list(row) else None)
    return row


def check_push(actor: Actor, subject: User, pending_id: str) -> PendingEnrollment:
    """See whether the app has scanned the code, by the tenant's list: that costs no writes."""
    require_owner(actor, subject)
    return enrollment_of(subject, pending_id)


def cancel_all(subject: User, problem: str = "") -> None:
    """Cancel what is open, where all of an account is put in order: nobody may finish it behind that.

    `problem` is noted with each. What is being confirmed at this moment cannot be called back. Never raises
    for what the tenant does.
    """
    open_rows = [row for row in repository.unsettled_enrollments(subject) if row.is_live]
    if not open_rows:
        return
    methods = _methods(subject)
    for row in open_rows:
        reconcile(owner_actor(subject), row, methods)
        _cancel(row, problem=problem)
    if methods is not None:
        remove_orphans(subject, methods)


def cancel_enrollment(actor: Actor, subject: User, pending_id: str) -> PendingEnrollment:
    """Give an enrollment up; it comes back confirmed where that had happened already.

    Raises `TenantError` where that cannot be told.
    """
    require_owner(actor, subject)
    throttle(actor)
    row = repository.get_owned(subject, pending_id)
    # A phone may have scanned the code already: giving up must not say that nothing was added.
    reconcile(actor, row, factor_cache.fresh_methods_of(subject_of(subject)) if needs_list(row) else None)
    _cancel(row)
    if row.status in (State.CONFIRMING, State.UNKNOWN):
        raise unresolved_error(row)
    if row.orphans:
        remove_orphans(subject)
    return row


def _methods(subject: User) -> tuple[Method, ...] | None:
    try:
        return factor_cache.fresh_methods_of(subject_of(subject))
    except TenantError:
        return None


def _cancel(row: PendingEnrollment, problem: str = "") -> None:
    while row.status in sources(Event.CANCEL) and not repository.transition(
        row, Event.CANCEL, problem=problem
    ):
        continue


class CodeLostError(TenantError):
    """The answer to the call that sends the code got lost, and with it what would make that code good."""

    @property
    def consequence(self) -> str:
        return _("A code may arrive that does not fit. The one before is still good, or ask for another one.")


def resend_code(actor: Actor, subject: User, pending_id: str, token: str | None) -> PendingEnrollment:
    """Send another code to the same number or address; until it is on its way, the one before stays good."""
    row = repository.get_owned(subject, pending_id)
    with log_final_failure(attempt_of(actor, subject, row)):
        methods = authorize(actor, subject, token, row)
        reconcile(actor, row, methods)
        if row.status is State.CONFIRMED:
            return row
        check_open(row)
        _check_turn(row)
        check_count(repository.unsettled_enrollments(subject))
        _resend(subject, row, token or "", methods)
    return row


def _check_turn(row: PendingEnrollment) -> None:
    now = timezone.now()
    if not row.confirmation.may_resend:
        raise Refused("nothing-to-send", _("No code is sent for this kind of factor."))
    if row.is_leased(now):
        raise busy_error()
    if row.resend_at and now < row.resend_at:
        raise too_soon_error(max(1, -int((now - row.resend_at).total_seconds() // 1)))


def _resend(subject: User, row: PendingEnrollment, token: str, methods: Sequence[Method]) -> None:
    target, before = Destination.again(row), repository.method_id_of(row)
    if not repository.update(row, lease_until=repository.lease_end(timezone.now()), sends=row.sends + 1):
        raise busy_error()
    try:
        begun = my_account_for(subject_of(subject), token).begin(target.kind, **target.said)
    except TenantError as error:
        repository.update(row, lease_until=None)
        if error.outcome is Certainty.UNKNOWN:
            raise CodeLostError(error.code, Certainty.UNKNOWN, status=error.status) from None
        raise
    if _replaced(row, target, before, begun):
        remove_orphans(subject, methods)
    else:
        # Somebody confirmed or cancelled meanwhile: the new one is not needed.
        repository.add_orphans(row, [begun.method_id or ""])
        remove_orphans(subject)
    row.refresh_from_db()
    if row.status in (State.CANCELLED, State.EXPIRED, State.FAILED):
        raise closed_error(row)


def _replaced(row: PendingEnrollment, target: Destination, before: str, begun: StartedEnrollment) -> bool:
    """Put the new enrollment in the place of the one before, and note that for cleaning up in one step."""
    while row.status is State.CHALLENGED and repository.method_id_of(row) == before:
        now = timezone.now()
        if repository.transition(
            row,
            Event.RESENT,
            encrypted_secrets=encrypt_json(secrets_of(begun, target)),
            encrypted_orphans=row.encrypt_orphans([*row.orphans, before])
            if before
            else row.encrypted_orphans,
            clean_up_at=now,
            sent_at=now,
            expires_at=now + LIFE,
            attempts=0,
        ):
            return True
    return False
