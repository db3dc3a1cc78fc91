"""The page of an enrollment: the step that proves the factor, or what became of it."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from accounts.auth0.errors import CAUSES, TenantError
from accounts.identity import subject_of
from accounts.step_up.gates import StepUpRequired
from enrollment.audit.log import Refused
from enrollment.flows.enroll.authorize import check_may_see
from enrollment.flows.enroll.confirm import Confirmation, confirm_enrollment
from enrollment.flows.enroll.errors import TryAgain
from enrollment.gateways.rate_limit import rate_limit_of
from enrollment.models.pending_enrollment import PendingEnrollment
from enrollment.pending.state_machine import State
from enrollment.views.enroll.base import GONE, PendingView, forget_typed
from enrollment.views.enroll.errors import Answer, refuse
from enrollment.views.enroll.success import success
from enrollment.views.recovery_code import show_code

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


REASONS: "dict[str, StrOrPromise]" = {
    "too-many-attempts": _("Too many wrong codes were typed."),
    "passkey-refused": _(
        "The sign-in service did not accept the passkey. It may still be on your device: delete it there, or "
        "it will be offered to you in vain."
    ),
    "unreadable": _("This site could not read its own notes about it any more."),
}


def reason(row: PendingEnrollment) -> "StrOrPromise":
    """Return one sentence, or nothing where the state says it all."""
    if row.problem in REASONS:
        return REASONS[row.problem]
    return next((sentence for problem, sentence in CAUSES.items() if problem == row.problem), "")


@method_decorator(sensitive_post_parameters("code", "credential"), name="dispatch")
class StepView(PendingView):
    def get(self, _request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        try:
            row = self.row()
        except Refused as refused:
            return self.gone(refused)
        if row.status is State.CHALLENGED:
            return self.show_step(row, row.confirmation.form())
        return self.show_outcome(row)

    @method_decorator(sensitive_variables("form", "confirmation"))
    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        try:
            row = self.row()
            form = row.confirmation.form(request.POST)
            if row.status is State.CHALLENGED and not form.is_valid():
                return self.show_step(row, form, status=Answer.CORRECT.value)
            confirmation = self.confirm(row, form)
        except Refused as refused:
            return self.gone(refused) if refused.code == GONE else self.refused(refused, form)
        except TenantError as error:
            return self.failed(error, form)
        forget_typed(request)
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
        except StepUpRequired:
            if self.snapshot.factors is None:
                # Who may see it is not known, and a second factor is no way on for who has none.
                return self.unread(row)
            raise
        budget = rate_limit_of(subject_of(self.person))
        held = {} if budget.left else {"opens_at": budget.opens_at}
        return self.page(
            row.confirmation.template,
            row=row,
            form=form,
            status=status,
            person=self.person,
            **held | row.confirmation.context(row, timezone.now()) | context,
        )

    def unread(self, row: PendingEnrollment) -> HttpResponse:
        problem = self.snapshot.problem
        return self.page(
            "unread.html", row=row, status=Answer.AGAIN.value, cause=problem.cause if problem else ""
        )

    def check_seen(self, row: PendingEnrollment) -> None:
        check_may_see(self.actor, self.person, self.token, row, self.snapshot.factors)

    def show_outcome(self, row: PendingEnrollment) -> HttpResponse:
        if row.status is State.CONFIRMED:
            return self.page("added.html", row=row, **success(row, self.person, self.snapshot))
        if row.shown.waits:
            return self.page("waiting.html", row=row)
        return self.page("over.html", row=row, reason=reason(row))
