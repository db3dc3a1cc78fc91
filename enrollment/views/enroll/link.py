"""Add a factor on the tenant's own enrollment page, reached by a link that is good once."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from accounts.auth0.errors import TenantError
from accounts.identity import subject_of
from enrollment.flows.ticket import send_ticket
from enrollment.gateways import factor_cache
from enrollment.gateways.tenant_policy import addable_kinds
from enrollment.kinds.base import Kind
from enrollment.views.base import ChangeView, flash_outcome
from enrollment.views.enrollable_kinds import offer_of
from enrollment.views.view_models import owned_of


class LinkView(ChangeView):
    def explain(self) -> HttpResponse:
        kind: Kind = self.kwargs["kind"]
        return self.page(
            "add/link.html",
            offer=offer_of(kind),
            offered=_is_offered(kind),
            person=self.person,
            instead=kind.confirmation is not None,
            owned=owned_of(self.snapshot.factors or (), kind),
        )

    @method_decorator(sensitive_variables("invitation"))
    def post(self, request: HttpRequest, kind: Kind) -> HttpResponse:
        by_mail = request.POST.get("how") == "mail"
        with flash_outcome(request) as report:
            invitation = send_ticket(self.actor, self.person, kind, send_mail=by_mail)
            if invitation.url:
                return self._leave_for(invitation.url)
            report.say(_("A link is on its way to %(address)s.") % {"address": invitation.mailed_to})
        return self.back()

    def _leave_for(self, url: str) -> HttpResponse:
        # Whoever comes back has probably added something: the list must not come from the cache then.
        factor_cache.invalidate(subject_of(self.person))
        messages.info(
            self.request,
            _("Welcome back. If you added something at the sign-in service, it is in the list below."),
        )
        return HttpResponseRedirect(url, status=303)


def _is_offered(kind: Kind) -> bool:
    """Whether the tenant has it switched on; where that cannot be known, trying tells."""
    try:
        return kind in addable_kinds()
    except TenantError:
        return True
