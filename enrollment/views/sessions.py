"""Where you're signed in: the list, and the confirmation before a session is ended."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts.step_up.gates import require_for
from enrollment.audit.log import Refused
from enrollment.flows.sessions import end_other_sessions, end_session, find_sign_in, sign_ins_of
from enrollment.views.base import AccountView, flash_outcome


class SessionsView(AccountView):
    """Signing in is enough to look, as it is for the activity."""

    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest) -> HttpResponse:
        sign_ins = sign_ins_of(self.person, request)
        others = any(not each.is_this for each in sign_ins)
        return self.page("sessions.html", sign_ins=sign_ins, others=others)


class EndSessionView(AccountView):
    """GET confirms, and asks for proof first; the flow asks for it again."""

    http_method_names = ["get", "head", "options", "post"]

    def get(self, request: HttpRequest, session_id: UUID) -> HttpResponse:
        require_for(request, self.requirement)
        try:
            sign_in = find_sign_in(self.person, session_id, request)
        except Refused as refused:
            messages.warning(request, refused.sentence)
            return redirect("enrollment:sessions")
        return self.page("session_end.html", sign_in=sign_in)

    def post(self, request: HttpRequest, session_id: UUID) -> HttpResponse:
        with flash_outcome(request) as report:
            name = end_session(self.actor, self.person, session_id)
            report.say(_("Signed out %(browser)s.") % {"browser": name})
        return redirect("enrollment:sessions")


class EndOthersView(AccountView):
    """The same for all sessions but this one."""

    http_method_names = ["get", "head", "options", "post"]

    def get(self, request: HttpRequest) -> HttpResponse:
        require_for(request, self.requirement)
        others = [each for each in sign_ins_of(self.person, request) if not each.is_this]
        return self.page("session_end.html", others=others)

    def post(self, request: HttpRequest) -> HttpResponse:
        with flash_outcome(request) as report:
            end_other_sessions(self.actor, self.person)
            report.say(_("Signed out everywhere else."))
        return redirect("enrollment:sessions")
