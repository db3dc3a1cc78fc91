"""Begin to add a factor, or come back to the same one."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Self, TypedDict, Unpack
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.auth0.errors import Certainty, RateLimited, TenantError
from accounts.identity import User, subject_of
from enrollment.account.methods import Method
from enrollment.account.names import mask_email, mask_phone, normalize_name
from enrollment.actors import Actor
from enrollment.audit.log import Refused
from enrollment.flows.enroll.authorize import attempt_of, authorize, log_final_failure
from enrollment.flows.enroll.cleanup import cleanup, remove_orphans
from enrollment.flows.enroll.errors import busy_error, closed_error
from enrollment.gateways.my_account import my_account_for
from enrollment.gateways.parsers import StartedEnrollment
from enrollment.gateways.tenant_policy import switches
from enrollment.kinds.base import Kind, SentTo
from enrollment.models.pending_enrollment import PendingEnrollment, Secrets, encrypt_json
from enrollment.pending import repository
from enrollment.pending.state_machine import LIFE, MAX_STARTED, MAX_STARTED_WITHIN, Event, State

E164 = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)


class Given(TypedDict, total=False):
    """What the person typed: a number in E.164 with `sms` or `voice`, an address, a name for the factor."""

    phone: str
    channel: str
    email: str
    name: str


@dataclass(frozen=True)
class Destination:
    """`to` is a number in E.164 or an address; only `masked` is shown and kept in the open."""

    kind: Kind
    to: str = field(default="", repr=False)
    channel: str = ""

    @classmethod
    def of(cls, kind: Kind, given: Given) -> Self:
        if kind.sent_to is SentTo.PHONE:
            return cls(
                kind, given.get("phone", "").strip(), given.get("channel") or next(iter(kind.channels))
            )
        return cls(kind, given.get("email", "").strip()) if kind.sent_to is SentTo.EMAIL else cls(kind)

    @classmethod
    def again(cls, row: PendingEnrollment) -> Self:
        """What an open enrollment is for."""
        return cls(row.factor_kind, str(row.secrets.get("to") or ""), row.channel)

    @property
    def masked(self) -> str:
        if not self.to:
            return ""
        return mask_phone(self.to) if self.kind.sent_to is SentTo.PHONE else mask_email(self.to)[:80]

    @property
    def said(self) -> dict[str, str]:
        """What the tenant is told beside the kind."""
        if self.kind.sent_to is SentTo.PHONE:
            return {"phone": self.to, "channel": self.channel}
        return {"email": self.to} if self.kind.sent_to is SentTo.EMAIL else {}

    def is_that_of(self, row: PendingEnrollment) -> bool:
        return self == Destination.again(row)


def check_destination(subject: User, target: Destination) -> None:
    """Raise `Refused` for what cannot be added here, before anything is written or asked for."""
    kind = target.kind
    if kind.confirmation is None:
        raise Refused(
            "kind-not-in-page", _("This kind of factor is added on the sign-in service's own page.")
        )
    if not kind.is_offered(subject_of(subject), switches):
        raise Refused("kind-not-offered", _("The sign-in service does not offer this kind of factor."))
    if kind.sent_to is SentTo.PHONE and not (E164.fullmatch(target.to) and target.channel in kind.channels):
        raise Refused("number-invalid", _("Give the number with its country code, such as +1 555 555 0100."))
    if kind.sent_to is SentTo.EMAIL and not _is_address(target.to):
        raise Refused("address-invalid", _("This is not an e-mail address."))


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def begin_enrollment(
    actor: Actor,
    subject: User,
    kind: Kind,
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
    target = Destination.of(kind, given)
    row = PendingEnrollment(
        pk=pending_id or uuid4(),
        kind=kind.value,
        name=normalize_name(given.get("name", "")),
        address=target.masked,
        channel=target.channel,
    )
    with log_final_failure(attempt_of(actor, subject, row)):
        methods = authorize(actor, subject, token)
        check_destination(subject, target)
        rows = repository.unsettled_enrollments(subject)
        cleanup(actor, subject, methods, rows)
        if open_one := _kept(subject, target, methods, rows):
            return open_one
        check_count(rows)
        return _started(subject, row, target, token or "")


def _started(subject: User, wanted: PendingEnrollment, target: Destination, token: str) -> PendingEnrollment:
    facts = {name: getattr(wanted, name) for name in ("pk", "name", "address", "channel")}
    row = repository.create(subject, target.kind, **facts)
    if row is not None:
        _call(subject, row, target, token)
        return row
    # Another tab was faster by a moment: its enrollment is as good.
    other = repository.open_of_kind(repository.unsettled_enrollments(subject), target.kind)
    if other is None:
        raise busy_error()
    return other


def _kept(
    subject: User, target: Destination, methods: Sequence[Method], rows: Sequence[PendingEnrollment]
) -> PendingEnrollment | None:
    """Return what is open of this kind, unless it is for another number or address and can be given up."""
    row = repository.open_of_kind(rows, target.kind)
    if row is None or row.status is not State.CHALLENGED or target.is_that_of(row):
        return row
    if not repository.transition(row, Event.CANCEL):
        return row if row.is_live else None
    remove_orphans(subject, methods, rows)
    return None


def check_count(rows: Sequence[PendingEnrollment]) -> None:
    """Raise `Refused` for somebody who has begun, or been sent codes, too often lately."""
    since = timezone.now() - MAX_STARTED_WITHIN
    if sum(1 + row.sends for row in rows if row.started_at > since) >= MAX_STARTED:
        raise Refused("too-many-begun", _("That was tried very often just now. Try again in an hour."))


def _call(subject: User, row: PendingEnrollment, target: Destination, token: str) -> None:
    try:
        begun = my_account_for(subject_of(subject), token).begin(target.kind, **target.said)
    except RateLimited:
        row.delete()  # nothing was asked of the tenant, so there is nothing to tell of
        raise
    except TenantError as error:
        lost = error.outcome is Certainty.UNKNOWN
        _fail(row, Event.LOST if lost else Event.REFUSED, error)
        # A method without its `auth_session` protects nothing and opens nothing.
        raise error.but(Certainty.NOT_DONE) from None
    now = timezone.now()
    fields = {"encrypted_secrets": encrypt_json(secrets_of(begun, target)), "clean_up_at": None}
    if not repository.transition(
        row, Event.BEGUN, sent_at=now if target.to else None, expires_at=now + LIFE, **fields
    ):
        # Cancelled meanwhile.
        repository.add_orphans(row, [begun.method_id or ""])
        remove_orphans(subject)
        raise closed_error(row)


def _fail(row: PendingEnrollment, event: Event, error: TenantError) -> None:
    changes: dict[str, Any] = {} if event is Event.LOST else {"clean_up_at": None}
    repository.transition(row, event, problem=error.code.value, **changes)


def secrets_of(begun: StartedEnrollment, target: Destination) -> Secrets:
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
