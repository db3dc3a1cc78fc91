"""Begin to add a factor, or come back to the same one."""

from collections.abc import Sequence
from typing import Any, Unpack
from uuid import UUID, uuid4

from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from enrollment.activity import Refused
from enrollment.actors import Actor
from enrollment.budget import BudgetSpent, my_account
from enrollment.factors import FactorKind, Method
from enrollment.factors.naming import tidied
from enrollment.flows.enroll import rows
from enrollment.flows.enroll.cleaning import clean
from enrollment.flows.enroll.entry import admitted, attempt_of, noted
from enrollment.flows.enroll.refusals import busy, over
from enrollment.flows.enroll.targets import Given, Target, check_target
from enrollment.flows.enroll.tidy import tidy
from enrollment.gateways import Begun, TenantError, Truth
from enrollment.models import PendingEnrollment
from enrollment.pending import LIFE, MOST_BEGUN, MOST_BEGUN_WITHIN, Event, State
from enrollment.records import Secrets, sealed


def begin_enrollment(
    actor: Actor,
    subject: User,
    kind: FactorKind,
    token: str | None,
    *,
    pending_id: UUID | None = None,
    **given: Unpack[Given],
) -> PendingEnrollment:
    """Begin, and return the enrollment with what the page has to show.

    One of a kind is open at a time. Beginning it again, in another tab or after a detour, comes back to it
    and costs no call; another number or address takes its place. It was begun by this call if it has this
    call's `pending_id`.
    """
    target = Target.of(kind, given)
    row = PendingEnrollment(
        pk=pending_id or uuid4(),
        kind=kind.value,
        name=tidied(given.get("name", "")),
        address=target.masked,
        channel=target.channel,
    )
    with noted(attempt_of(actor, subject, row)):
        methods = admitted(actor, subject, token)
        check_target(subject, target)
        tidy(actor, subject, methods)
        if open_one := _kept(subject, target, methods):
            return open_one
        check_count(subject)
        return _started(subject, row, target, token or "")


def _started(subject: User, wanted: PendingEnrollment, target: Target, token: str) -> PendingEnrollment:
    facts = {name: getattr(wanted, name) for name in ("pk", "name", "address", "channel")}
    row = rows.start(subject, target.kind, **facts)
    if row is not None:
        _call(subject, row, target, token)
        return row
    # Another tab was faster by a moment: its enrollment is as good.
    other = rows.live_of(subject, target.kind)
    if other is None:
        raise busy()
    return other


def _kept(subject: User, target: Target, methods: Sequence[Method]) -> PendingEnrollment | None:
    """Return what is open of this kind, unless it is for another number or address and can be given up."""
    row = rows.live_of(subject, target.kind)
    if row is None or row.status is not State.CHALLENGED or target.is_that_of(row):
        return row
    if not rows.move(row, Event.CANCEL):
        return rows.live_of(subject, target.kind)
    clean(subject, methods)
    return None


def check_count(subject: User) -> None:
    """Raise `Refused` for somebody who has begun, or been sent codes, too often lately."""
    since = timezone.now() - MOST_BEGUN_WITHIN
    lately = PendingEnrollment.objects.filter(subject=subject, started_at__gt=since)
    if lately.count() + (lately.aggregate(sends=Sum("sends"))["sends"] or 0) >= MOST_BEGUN:
        raise Refused("too-many-begun", _("That was tried very often just now. Try again in an hour."))


def _call(subject: User, row: PendingEnrollment, target: Target, token: str) -> None:
    try:
        begun = my_account(subject.sub or "", token).begin(target.kind, **target.said)
    except BudgetSpent:
        row.delete()  # nothing was asked of the tenant, so there is nothing to tell of
        raise
    except TenantError as error:
        lost = error.outcome is Truth.UNKNOWN
        _fail(row, Event.LOST if lost else Event.REFUSED, error)
        # A method without its `auth_session` protects nothing and opens nothing.
        raise error.but(Truth.NOT_DONE) from None
    now = timezone.now()
    fields = {"sealed_secrets": sealed(secrets_of(begun, target)), "clean_up_at": None}
    if not rows.move(row, Event.BEGUN, sent_at=now if target.to else None, expires_at=now + LIFE, **fields):
        # Cancelled meanwhile.
        rows.note_strays(row, [begun.method_id or ""])
        clean(subject)
        raise over(row)


def _fail(row: PendingEnrollment, event: Event, error: TenantError) -> None:
    changes: dict[str, Any] = {} if event is Event.LOST else {"clean_up_at": None}
    rows.move(row, event, problem=error.code.value, **changes)


def secrets_of(begun: Begun, target: Target) -> Secrets:
    """What a row keeps of the tenant's answer, until it is over."""
    kept = {
        "method_id": begun.method_id,
        "location": begun.location,
        "auth_session": begun.auth_session,
        "barcode_uri": begun.barcode_uri,
        "manual_code": begun.manual_code,
        "passkey_options": dict(begun.passkey_options) if begun.passkey_options else None,
        "to": target.to,
    }
    return {name: value for name, value in kept.items() if value}
