"""Where you're signed in: the list, and the confirmation before a session is ended."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts.step_up.gates import require_for
from enrollment.audit.log import Refused
from enrollment.flows.revocations import AtTenant
from enrollment.flows.sessions import Ended, end_other_sessions, end_session, find_sign_in, sign_ins_of
from enrollment.views.base import AccountView, flash_outcome


class SessionsView(AccountView):
    """Signing in is enough to look, as it is for the activity."""

    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page("sessions.html", sign_ins=sign_ins_of(self.person, request))


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
            ended = end_session(self.actor, self.person, session_id)
            report.say(_("Signed out %(browser)s.") % {"browser": ended.name}, _at_tenant(ended))
        return redirect("enrollment:sessions")


class EndOthersView(AccountView):
    """The same for all sessions but this one."""

    http_method_names = ["get", "head", "options", "post"]

    def get(self, request: HttpRequest) -> HttpResponse:
        require_for(request, self.requirement)
        return self.page("session_end.html", others=sign_ins_of(self.person, request).others)

    def post(self, request: HttpRequest) -> HttpResponse:
        with flash_outcome(request) as report:
            ended = end_other_sessions(self.actor, self.person)
            report.say(_("Signed out everywhere else."), _at_tenant(ended))
        return redirect("enrollment:sessions")


def _at_tenant(ended: Ended) -> str:
    """Say what is not over at the tenant: there it could sign in again without a password."""
    if ended.at_tenant is AtTenant.LATER:
        return _("Our sign-in service couldn't be told yet. We'll keep trying.")
    if ended.at_tenant is AtTenant.NOT_OFFERED:
        return _(
            "The sign-in service may not ask for a password there. Don't trust it? Change your password."
        )
    return ""
