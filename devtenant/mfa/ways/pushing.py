"""Push: a request on the phone, approved there."""

# ruff: noqa: ARG002  # every way answers the same questions, whatever it needs for it

from __future__ import annotations

from typing import Any

from devtenant.mfa import drafts, journal, push
from devtenant.mfa.errors import MfaError, NotYetError, RejectedError
from devtenant.mfa.kinds import Kind
from devtenant.mfa.options import Option
from devtenant.mfa.qr import svg
from devtenant.mfa.visits import Visit
from devtenant.mfa.ways.base import Form, Way
from devtenant.records import Method

DENIED = "The request was denied on your phone. Send another one, or try another method."
EXPIRED = "The request has run out. Send another one."
WAITING = "Not approved yet. Open the notification on your phone and approve it."
NOT_SCANNED = "Not scanned yet. Scan the code with the Guardian app, then go on."


class Pushing(Way):
    """Answered on another device: the page only asks whether it has happened."""

    challenge_page = "mfa/challenge_push.html"
    enroll_page = "mfa/enroll_push.html"

    def begin(self, visit: Visit, option: Option) -> None:
        if self._state(visit, option) == push.EXPIRED:
            self.resend(visit, option)

    def resend(self, visit: Visit, option: Option) -> None:
        visit.progress.push_id = push.request_approval(visit.store, visit.user, option.methods[0]).id
        journal.note(visit, "gd_send_pn", option.methods[0])

    def check(self, visit: Visit, option: Option, form: Form) -> Method | None:
        state = self._state(visit, option)
        if state == push.APPROVED:
            return option.methods[0]
        if state == push.DENIED:
            journal.note(visit, "gd_auth_rejected", option.methods[0])
            raise RejectedError(DENIED)
        raise MfaError(EXPIRED) if state == push.EXPIRED else NotYetError(WAITING)

    def open(self, visit: Visit, kind: Kind) -> None:
        if visit.progress.draft_id is None or not _still_open(visit):
            drafts.adopt(visit, push.new_draft(visit.store, visit.user))

    def confirm(self, visit: Visit, kind: Kind, form: Form) -> Method:
        scanned = _mine(visit)
        if scanned is None or not scanned.confirmed:
            raise NotYetError(NOT_SCANNED)
        return scanned

    def challenge_context(self, visit: Visit, option: Option) -> dict[str, Any]:
        return {"push_state": self._state(visit, option)}

    def enroll_context(self, visit: Visit, kind: Kind) -> dict[str, Any]:
        method = _mine(visit)
        return {"qr": svg(push.barcode_uri(visit.store, visit.user, method)) if method else ""}

    def _state(self, visit: Visit, option: Option) -> str:
        request = visit.store.pushes.get(visit.progress.push_id or "")
        mine = request is not None and request.method_id == option.methods[0].id
        return push.state(visit.store, visit.progress.push_id) if mine else push.EXPIRED


def _mine(visit: Visit) -> Method | None:
    """The method of this visit, scanned or not: scanning happens on the phone, behind the page's back."""
    found = visit.store.method(visit.user.user_id, visit.progress.draft_id or "")
    return found if found and found.type == "push" else None


def _still_open(visit: Visit) -> bool:
    method = _mine(visit)
    return method is not None and (
        method.confirmed or visit.store.now() - method.created_at < push.ENROLLMENT_SECONDS
    )
