"""Somebody who adds factors through the flows, and answers as their app, phone and browser would."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pyotp
from django.utils import timezone

from enrollment.actors import Actor
from enrollment.flows.enroll.begin import begin_enrollment
from enrollment.flows.enroll.confirm import Confirmation, confirm_enrollment
from enrollment.flows.enroll.resume import resend_code
from enrollment.kinds import email, passkey, phone, push, totp
from enrollment.kinds.base import Kind
from enrollment.models.pending_enrollment import PendingEnrollment
from mfaproject.users.models import User
from tests.enrollment.conftest import acting
from tests.support.softauthn import SoftAuthenticator
from tests.support.tenant import Account, Tenant

NUMBER, ADDRESS = "+15555550177", "spare@example.test"
GIVEN: dict[Kind, dict[str, str]] = {
    phone.KIND: {"phone": NUMBER},
    email.KIND: {"email": ADDRESS},
}
BEGIN = "POST /me/v1/authentication-methods"
VERIFY = "POST /me/v1/authentication-methods/*/verify"
LIST = "GET /api/v2/users/*/authentication-methods"
KINDS = (totp.KIND, phone.KIND, email.KIND, push.KIND, passkey.KIND)


Maker = Callable[..., "Enroller"]


class Enroller:
    """One person; every call goes through the flows."""

    def __init__(self, tenant: Tenant, account: Account, user: User, token: str) -> None:
        self.tenant, self.account, self.user, self.token = tenant, account, user, token
        self.key = SoftAuthenticator("http://localhost:8000")

    @property
    def actor(self) -> Actor:
        return acting(self.user)

    # The flows

    def begin(self, kind: Kind = totp.KIND, **given: str) -> PendingEnrollment:
        said: dict[str, Any] = {**GIVEN.get(kind, {}), **given}
        return begin_enrollment(self.actor, self.user, kind, self.token, **said)

    def resend(self, row: PendingEnrollment) -> PendingEnrollment:
        return resend_code(self.actor, self.user, str(row.pk), self.token)

    def confirm(self, row: PendingEnrollment, **proof: Any) -> Confirmation:
        return confirm_enrollment(self.actor, self.user, str(row.pk), self.token, **proof)

    def add(self, kind: Kind, **given: str) -> Confirmation:
        row = self.begin(kind, **given)
        return self.confirm(row, **self.proof(row))

    # What person, app, phone and browser do

    def proof(self, row: PendingEnrollment) -> dict[str, Any]:
        """Whatever confirms this enrollment."""
        if row.factor_kind is totp.KIND:
            return {"code": self.app_code(row)}
        if row.factor_kind is push.KIND:
            self.scan(row)
            return {}
        if row.factor_kind is passkey.KIND:
            return {"passkey": self.key.create(row.passkey_options or {})}
        return {"code": self.sent_code()}

    def app(self, row: PendingEnrollment) -> pyotp.TOTP:
        secret = parse_qs(urlsplit(row.barcode_uri).query)["secret"][0]
        return pyotp.TOTP(secret)

    def app_code(self, row: PendingEnrollment) -> str:
        return self.app(row).now()

    def wrong_code(self, row: PendingEnrollment) -> str:
        """A code that is right at no time near now, nor was sent."""
        near = {self.sent_code()} if self.tenant.messages() else set()
        if row.barcode_uri:
            now = int(timezone.now().timestamp())
            near |= {self.app(row).at(now + 30 * step) for step in range(-20, 21)}
        return next(code for code in (f"{number:06}" for number in range(1000)) if code not in near)

    def sent_code(self) -> str:
        return str([message for message in self.tenant.messages() if message.get("code")][-1]["code"])

    def scan(self, row: PendingEnrollment) -> None:
        self.tenant.control(f"push/{quote(str(row.secrets['method_id']), safe='')}/scan", {})

    # What is there now, as the tenant has it

    def methods(self, *, confirmed: bool = True) -> list[dict[str, Any]]:
        return [m for m in self.tenant.user(self.account)["methods"] if m["confirmed"] is confirmed]

    def added(self) -> list[str]:
        """Types of what is confirmed and was not in the seed."""
        return sorted(
            m["type"] for m in self.methods() if not m["id"].startswith((f"{m['type']}|dev_{self.nick}",))
        )

    @property
    def nick(self) -> str:
        return self.account.email.partition("@")[0]

    def writes(self) -> int:
        """Calls of the My Account API since this was asked last."""
        return len(self.tenant.exchanges("/me/v1/"))
