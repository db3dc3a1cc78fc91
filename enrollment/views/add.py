"""Add a factor on the tenant's own enrollment page, reached by a link that is good once."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from enrollment import directory
from enrollment.factors import FactorKind
from enrollment.flows import send_ticket
from enrollment.gateways import TenantError
from enrollment.tenant_policy import addable_kinds
from enrollment.views.base import ChangeView
from enrollment.views.offers import OFFERS, Offer
from enrollment.views.outcomes import reported


class AddView(ChangeView):
    def explain(self) -> HttpResponse:
        offer = _offer(self.kwargs["kind"])
        return self.page("add.html", offer=offer, offered=_is_offered(offer.kind), person=self.person)

    @method_decorator(sensitive_variables("invitation"))
    def post(self, request: HttpRequest, kind: str) -> HttpResponse:
        offer, by_mail = _offer(kind), request.POST.get("how") == "mail"
        with reported(request) as report:
            invitation = send_ticket(self.actor, self.person, offer.kind, send_mail=by_mail)
            if invitation.url:
                return self._leave_for(invitation.url)
            report.say(_("A link is on its way to %(address)s.") % {"address": invitation.mailed_to})
        return self.back()

    def _leave_for(self, url: str) -> HttpResponse:
        # Whoever comes back has probably added something: the list must not come from the cache then.
        directory.forget(self.person.sub or "")
        return HttpResponseRedirect(url, status=303)


def _offer(kind: str) -> Offer:
    offer = OFFERS.get(FactorKind.of(kind))
    if offer is None:
        raise Http404
    return offer


def _is_offered(kind: FactorKind) -> bool:
    """Whether the tenant has it switched on; where that cannot be known, trying tells."""
    try:
        return kind in addable_kinds()
    except TenantError:
        return True
