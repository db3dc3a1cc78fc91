"""The smaller steps of an enrollment: send the code again, give it up, ask how it stands."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.auth0.errors import TenantError
from accounts.humanize import time_until
from accounts.redirects import see_other
from enrollment.audit.log import Refused
from enrollment.flows.enroll.errors import TryAgain
from enrollment.flows.enroll.resume import cancel_enrollment, check_push, resend_code
from enrollment.models.pending_enrollment import PendingEnrollment
from enrollment.pending.state_machine import State
from enrollment.views.enroll.base import GONE, PendingView
from enrollment.views.enroll.errors import Answer, answer_to, opens_at


class ResendView(PendingView):
    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        try:
            row = resend_code(self.actor, self.person, str(self.pending_id), self.token)
        except Refused as refused:
            return self._refused(refused)
        except TenantError as error:
            return self._failed(error)
        else:
            messages.success(request, _sent(row))
        return self.to_row()

    def _refused(self, refused: Refused) -> HttpResponse:
        """Say why, unless the enrollment is over: then its page says that."""
        if refused.code == GONE:
            return self.gone(refused)
        if self.row().status is State.CHALLENGED:
            messages.warning(self.request, refused.sentence)
        return self.to_row()

    def _failed(self, error: TenantError) -> HttpResponse:
        answer = answer_to(error)
        if answer is Answer.PROVE:
            raise self.prove_again()
        if answer is Answer.UNAVAILABLE:
            return self.unavailable(error)
        if answer is Answer.WAIT:
            wait = time_until(opens_at(error), timezone.now())
            messages.warning(
                self.request, _("No code was sent. You can ask for one in %(time)s.") % {"time": wait}
            )
        else:
            messages.error(self.request, f"{error.cause} {error.consequence}")
        return self.to_row()


class CancelView(PendingView):
    """Give up, or start over: `then` says where to go on."""

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        try:
            row = cancel_enrollment(self.actor, self.person, str(self.pending_id))
        except TryAgain as refused:
            messages.warning(request, refused.sentence)
            return self.to_row()
        except Refused as refused:
            return self.gone(refused)
        if row.status is State.CONFIRMED:
            return self.to_row(row)
        if request.POST.get("then") == "again":
            return see_other(self.begin_url)
        return self.back(_("Cancelled: nothing was added."), messages.INFO)


class StatusView(PendingView):
    """How an enrollment stands, for a page that waits; reads the tenant's list at most every few seconds."""

    def get(self, _request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        try:
            row = check_push(self.actor, self.person, str(self.pending_id))
        except Refused as refused:
            return JsonResponse({"state": "gone", "waits": False, "error": refused.code}, status=404)
        return JsonResponse({"state": row.state, "waits": row.shown.waits})


def _sent(row: PendingEnrollment) -> str:
    said = _("Another code is on its way to %(address)s; the one before no longer counts.")
    return said % {"address": row.address}
