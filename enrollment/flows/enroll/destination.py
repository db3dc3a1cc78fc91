"""What is to be added: a kind, and for some a number or an address that a code goes to."""

import re
from dataclasses import dataclass, field
from typing import Self, TypedDict

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from accounts.identity import User, subject_of
from enrollment.account.names import mask_email, mask_phone
from enrollment.audit.log import Refused
from enrollment.gateways.tenant_policy import switches
from enrollment.kinds.base import Kind, SentTo
from enrollment.models.pending_enrollment import PendingEnrollment

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
        """What the tenant is told besides the kind."""
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
