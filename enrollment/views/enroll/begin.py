"""Begin to add a method: choose one, read what will happen, give what it needs first, or take a link."""

from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from accounts.auth0.errors import TenantError
from accounts.identity import email_of, subject_of
from accounts.redirects import see_other
from accounts.step_up.drafts import take_draft
from accounts.step_up.my_account import clear_unavailable, is_marked_unavailable, require_token
from enrollment.actors import note_begun
from enrollment.audit.log import Refused
from enrollment.flows.enroll.begin import begin_enrollment
from enrollment.flows.enroll.resume import pending_of
from enrollment.flows.ticket import send_ticket
from enrollment.forms import DestinationForm
from enrollment.gateways import factor_cache
from enrollment.gateways.tenant_policy import addable_kinds, offered_kinds
from enrollment.kinds.base import Kind
from enrollment.models.pending_enrollment import PendingEnrollment
from enrollment.phones import likely_region
from enrollment.views.base import AccountView, ChangeView, flash_outcome
from enrollment.views.enroll.base import AddView, EnrollView, keep_typed, typed_before
from enrollment.views.enroll.errors import Answer, refuse
from enrollment.views.view_models import offer_of, offered_to, owned_of


class ChooseView(AccountView):
    """Shows what the site offers to everybody, and nothing of the account."""

    http_method_names = ["get", "head", "options"]

    def get(self, _request: HttpRequest) -> HttpResponse:
        return self.page("add/choose.html", offers=offered_to(self.person, ()))


@method_decorator(sensitive_post_parameters("number", "email"), name="dispatch")
class BeginView(EnrollView):
    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """Ask for proof first, so that nothing is typed in vain; an open enrollment goes on where it was."""
        if self.snapshot.factors is None:
            cause = str(self.snapshot.problem.cause) if self.snapshot.problem else ""
            return self.back(cause, messages.WARNING)
        if "again" in request.GET:
            clear_unavailable(request)
        if is_marked_unavailable(request):
            return self.unavailable()
        require_token(request, self.requirement)
        if row := self.open_row():
            return self.to_page_of(row)
        return self.show(self.form(initial=self.initial()))

    def post(self, request: HttpRequest, kind: Kind) -> HttpResponse:
        form = self.form(request.POST)
        if not form.is_valid():
            return self.show(form, status=Answer.CORRECT.value)
        keep_typed(request, kind, {name: request.POST.get(name, "") for name in form.fields})
        own_id = uuid4()
        try:
            row = begin_enrollment(
                self.actor, self.person, kind, self.token, pending_id=own_id, **form.target
            )
        except Refused as refused:
            refuse(form, refused.code, refused.sentence)
            return self.show(form, status=Answer.CORRECT.value)
        except TenantError as error:
            return self.answer(error, form, self.show)
        # Else it was open already, or became so meanwhile, and may have been begun elsewhere.
        if row.pk == own_id:
            note_begun(request, row.pk)
        return self.to_page_of(row)

    def form(self, *args: Any, **kwargs: Any) -> DestinationForm:
        return self.asked.get(self.kind.sent_to, DestinationForm)(*args, kind=self.kind, **kwargs)

    def initial(self) -> dict[str, Any]:
        first = {
            "country": likely_region(self.request.headers.get("accept-language", "")),
            "email": email_of(self.person),
        }
        return first | typed_before(self.request, self.kind) | (take_draft(self.request) or {})

    def show(self, form: forms.Form, *, status: int = 200, **context: Any) -> HttpResponse:
        return self.page(
            "begin.html",
            form=form,
            status=status,
            offered=self.is_offered(),
            owned=owned_of(self.snapshot.factors or (), self.kind),
            alone=not any(factor.is_independent for factor in self.snapshot.factors or ()),
            **context,
        )

    def is_offered(self) -> bool:
        """Whether the tenant has it switched on; where that cannot be known, trying tells."""
        try:
            return self.kind in offered_kinds(self.person)
        except TenantError:
            return True

    def open_row(self) -> PendingEnrollment | None:
        return next((row for row in pending_of(self.person) if row.factor_kind is self.kind), None)

    def to_page_of(self, row: PendingEnrollment) -> HttpResponse:
        return see_other(reverse("enrollment:pending", args=[self.kind, row.pk]))


class LinkView(AddView, ChangeView):
    def explain(self) -> HttpResponse:
        kind: Kind = self.kwargs["kind"]
        return self.page(
            "add/link.html",
            offer=offer_of(kind),
            offered=_has_link(kind),
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


def _has_link(kind: Kind) -> bool:
    """Whether the tenant has it switched on; where that cannot be known, trying tells."""
    try:
        return kind in addable_kinds()
    except TenantError:
        return True
