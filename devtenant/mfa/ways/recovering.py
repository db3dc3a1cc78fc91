"""The recovery code: good once, then replaced by a new one."""

# ruff: noqa: ARG002  # every way answers the same questions, whatever it needs for it

from __future__ import annotations

import hmac

from devtenant import methods as catalogue
from devtenant.mfa import drafts
from devtenant.mfa.errors import WrongCodeError
from devtenant.mfa.options import Option
from devtenant.mfa.visits import Visit
from devtenant.mfa.ways.base import Form, Way
from devtenant.records import Method


class Recovering(Way):
    """Spends the code and leaves the new one for the page that shows it."""

    limit = "recovery"
    challenge_page = "mfa/challenge_recovery.html"

    def check(self, visit: Visit, option: Option, form: Form) -> Method | None:
        typed = drafts.digits(form.get("code", "")).upper()
        known = visit.user.recovery_code or ""
        if not known or not hmac.compare_digest(known.encode(), typed.encode()):
            raise WrongCodeError("That recovery code is not right. Type all 24 characters.")
        visit.progress.fresh_recovery_code = catalogue.new_recovery_code(visit.store, visit.user)
        return next((m for m in visit.user.methods if m.type == catalogue.RECOVERY), None)
