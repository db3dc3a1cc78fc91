"""The authenticator app: a code that both sides compute."""

# ruff: noqa: ARG002  # every way answers the same questions, whatever it needs for it

from __future__ import annotations

from typing import Any

from devtenant import totp
from devtenant.mfa import drafts
from devtenant.mfa.errors import WrongCodeError
from devtenant.mfa.kinds import Kind
from devtenant.mfa.options import Option
from devtenant.mfa.qr import svg
from devtenant.mfa.visits import Visit
from devtenant.mfa.ways.base import Form, Way
from devtenant.records import Method

WRONG = "That code is not right. Type the six digits that your app shows now."


class Otp(Way):
    """Checks against every app of the person, since the code does not say which app it is from."""

    challenge_page = "mfa/challenge_code.html"
    enroll_page = "mfa/enroll_otp.html"

    def check(self, visit: Visit, option: Option, form: Form) -> Method | None:
        typed, now = drafts.digits(form.get("code", "")), visit.store.now()
        for method in option.methods:
            if totp.spend(method, typed, now):
                return method
        raise WrongCodeError(WRONG)

    def open(self, visit: Visit, kind: Kind) -> None:
        if drafts.of_type(visit, "totp") is None:
            draft = drafts.keep(visit, "totp")
            draft.secret, draft.name = totp.new_secret(), "Authenticator app"

    def confirm(self, visit: Visit, kind: Kind, form: Form) -> Method:
        draft = drafts.required(visit, "totp")
        if not totp.spend(draft, drafts.digits(form.get("code", "")), visit.store.now()):
            raise WrongCodeError(WRONG)
        return drafts.confirm(visit, draft)

    def enroll_context(self, visit: Visit, kind: Kind) -> dict[str, Any]:
        secret = drafts.required(visit, "totp").secret or ""
        uri = totp.barcode_uri(secret, visit.user.email, visit.store.settings.friendly_name)
        grouped = " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))
        return {"qr": svg(uri), "manual_key": grouped, "barcode_uri": uri}
