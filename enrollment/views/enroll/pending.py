"""One enrollment's page: what to do now, how it stands, how it ended; proof is given here."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from enrollment.budget import budget_of
from enrollment.flows import Refused
from enrollment.flows.enroll import Confirmation, TryAgain, check_seen, confirm_enrollment
from enrollment.gateways import TenantError
from enrollment.models import PendingEnrollment
from enrollment.pending import State, Way
from enrollment.views.enroll import begun, typed
from enrollment.views.enroll.answers import Answer, refuse
from enrollment.views.enroll.base import GONE, PendingView
from enrollment.views.enroll.ended import reason
from enrollment.views.enroll.showing import shown
from enrollment.views.enroll.success import success
from enrollment.views.recovery_code import show_code

TEMPLATES = {
    Way.APP_CODE: "app.html",
    Way.SENT_CODE: "code.html",
    Way.SCAN: "scan.html",
    Way.CEREMONY: "passkey.html",
}


@method_decorator(sensitive_post_parameters("code", "credential"), name="dispatch")
class StepView(PendingView):
    def get(self, _request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        try:
            row = self.row()
        except Refused as refused:
            return self.gone(refused)
        if row.status is State.CHALLENGED:
            return self.show_step(row, self.proofs[row.way]())
        return self.show_outcome(row)

    @method_decorator(sensitive_variables("form", "confirmation"))
    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        try:
            row = self.row()
            form = self.proofs[row.way](request.POST)
            if row.status is State.CHALLENGED and not form.is_valid():
                return self.show_step(row, form, status=Answer.CORRECT.value)
            confirmation = self.confirm(row, form)
        except Refused as refused:
            return self.gone(refused) if refused.code == GONE else self.refused(refused, form)
        except TenantError as error:
            return self.failed(error, form)
        typed.forget(request)
        return self.confirmed(confirmation)

    def confirm(self, row: PendingEnrollment, form: forms.Form) -> Confirmation:
        given = form.cleaned_data if form.is_valid() else {}
        return confirm_enrollment(
            self.actor,
            self.person,
            str(row.pk),
            self.token,
            code=given.get("code", ""),
            passkey=given.get("credential"),
        )

    def confirmed(self, confirmation: Confirmation) -> HttpResponse:
        """Show a recovery code in this very answer: on its way through a redirect it would lie somewhere."""
        row = confirmation.pending
        if confirmation.recovery_code:
            return show_code(self.request, confirmation.recovery_code, added=row)
        return self.to_row(row)

    def refused(self, refused: Refused, form: forms.Form) -> HttpResponse:
        """Say why beside the form, if there is anything left to try; else its page says how it ended."""
        row = self.row()
        if row.status is not State.CHALLENGED:
            return self.to_row(row)
        refuse(form, refused.code, refused.sentence, "code" if isinstance(refused, TryAgain) else None)
        return self.show_step(row, form, status=Answer.CORRECT.value, tone="warning")

    def failed(self, error: TenantError, form: forms.Form) -> HttpResponse:
        """The row knows more than the error: an answer that got lost is looked into on its own page."""
        row = self.row()
        if row.status is not State.CHALLENGED:
            return self.to_row(row)

        def show(form: forms.Form, *, status: int, **context: Any) -> HttpResponse:
            return self.show_step(row, form, status=status, **context)

        return self.answer(error, form, show)

    def show_step(
        self, row: PendingEnrollment, form: forms.Form, *, status: int = 200, **context: Any
    ) -> HttpResponse:
        """Draw the step, whatever led to it, for whoever may confirm it: it shows the factor's own secret."""
        try:
            self.check_seen(row)
        except Refused as refused:
            return self.gone(refused)
        budget = budget_of(self.person.sub or "")
        held = {} if budget.left else {"opens_at": budget.opens_at}
        return self.page(
            TEMPLATES[row.way], row=row, form=form, status=status, **held | shown(row, self.person) | context
        )

    def check_seen(self, row: PendingEnrollment) -> None:
        begun_here = begun.here(self.request, row)
        check_seen(self.actor, self.person, self.token, row, self.snapshot.factors, begun_here=begun_here)

    def show_outcome(self, row: PendingEnrollment) -> HttpResponse:
        if row.status is State.CONFIRMED:
            return self.page("added.html", row=row, **success(row, self.person, self.snapshot))
        if row.shown.waits:
            return self.page("waiting.html", row=row)
        return self.page("over.html", row=row, reason=reason(row))
