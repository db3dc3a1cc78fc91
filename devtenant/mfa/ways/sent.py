"""Codes by text message, phone call or e-mail."""

from __future__ import annotations

from typing import Any

from devtenant.mfa import codes, drafts, journal, masking, phones
from devtenant.mfa.errors import MfaError, WrongCodeError
from devtenant.mfa.kinds import PHONE, Kind
from devtenant.mfa.options import Option
from devtenant.mfa.visits import Visit
from devtenant.mfa.ways.base import Form, Way
from devtenant.records import Method

WRONG = "That code is not right, or it has run out. Check the newest message, or ask for another code."


class Sent(Way):
    """The kind's name is the channel: sms, voice or email."""

    challenge_page = "mfa/challenge_code.html"
    enroll_page = "mfa/enroll_sent.html"

    def begin(self, visit: Visit, option: Option) -> None:
        sent = visit.progress.sent.get(option.id)
        if sent is None or not sent.alive(visit.store.now()):
            self._send(visit, option.id, option.kind.name, option.to, option.methods[0])

    def resend(self, visit: Visit, option: Option) -> None:
        self._send(visit, option.id, option.kind.name, option.to, option.methods[0])

    def check(self, visit: Visit, option: Option, form: Form) -> Method | None:
        typed = drafts.digits(form.get("code", ""))
        if not codes.spend(visit.progress.sent.get(option.id), typed, visit.store.now()):
            raise WrongCodeError(WRONG)
        return option.methods[0]

    def start(self, visit: Visit, kind: Kind, form: Form) -> None:
        if form.get("again"):
            draft = drafts.required(visit, kind.method_type)
        else:
            draft = _new_draft(visit, kind, form)
        to = draft.phone_number or draft.email or ""
        self._send(visit, draft.id, kind.name, to, draft)

    def confirm(self, visit: Visit, kind: Kind, form: Form) -> Method:
        draft = drafts.required(visit, kind.method_type)
        typed = drafts.digits(form.get("code", ""))
        if not codes.spend(visit.progress.sent.get(draft.id), typed, visit.store.now()):
            raise WrongCodeError(WRONG)
        return drafts.confirm(visit, draft)

    def challenge_context(self, visit: Visit, option: Option) -> dict[str, Any]:
        sent = visit.progress.sent.get(option.id)
        return {"resend_in": sent.seconds_to_resend(visit.store.now()) if sent else 0, "can_resend": True}

    def enroll_context(self, visit: Visit, kind: Kind) -> dict[str, Any]:
        draft = drafts.of_type(visit, kind.method_type)
        if draft is None or draft.id not in visit.progress.sent:
            return {"step": "start", "address": visit.user.email}
        detail = masking.phone(draft.phone_number) if kind.name in PHONE else masking.email(draft.email)
        sent = visit.progress.sent[draft.id]
        return {"step": "code", "detail": detail, "resend_in": sent.seconds_to_resend(visit.store.now())}

    def _send(self, visit: Visit, key: str, channel: str, to: str, method: Method) -> None:
        previous = visit.progress.sent.get(key)
        visit.progress.sent[key] = codes.send(visit.store, visit.user, channel, to, previous)
        journal.note(visit, f"gd_send_{channel}", method)


def _new_draft(visit: Visit, kind: Kind, form: Form) -> Method:
    typed = form.get("to", "").strip()
    if kind.name in PHONE:
        number = phones.normalised(typed)
        drafts.refuse_twice(visit, "phone", number)
        draft = drafts.keep(visit, "phone")
        draft.phone_number, draft.preferred_authentication_method = number, kind.name
        return draft
    if "@" not in typed.strip("@"):
        raise MfaError("Type an e-mail address, such as ada@example.test.")
    drafts.refuse_twice(visit, "email", typed.lower())
    draft = drafts.keep(visit, "email")
    draft.email = typed.lower()
    return draft
