"""Make a new recovery code, and show it this once: in the answer to the POST and nowhere else."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from accounts.redirects import see_other
from enrollment.audit.log import Refused
from enrollment.flows.enroll.resume import enrollment_of
from enrollment.flows.recovery_code import acknowledge_recovery_code, new_recovery_code
from enrollment.models.pending_enrollment import PendingEnrollment
from enrollment.views.base import AccountView, ChangeView, flash_outcome
from enrollment.views.view_models import recovery_code_of

GROUP = 4


class RecoveryCodeView(ChangeView):
    def explain(self) -> HttpResponse:
        factors = self.snapshot.factors or ()
        return self.page(
            "recovery_code.html",
            recovery_code=recovery_code_of(factors),
            has_second_factor=any(factor.is_second_factor for factor in factors),
        )

    # No redirect after this POST: on its way there the code would lie in a session, a cookie or a URL.
    @method_decorator(sensitive_variables("code"))
    def post(self, request: HttpRequest) -> HttpResponse:
        code = ""
        with flash_outcome(request):
            code = new_recovery_code(self.actor, self.person)
        return show_code(request, code) if code else self.back()


class RecoveryCodeSavedView(AccountView):
    """The person says that it is saved; `after` is the enrollment that it came with, to go on there."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest) -> HttpResponse:
        acknowledge_recovery_code(self.actor, self.person)
        if row := self._after(request.POST.get("after", "")):
            return see_other(_page_of(row))
        messages.success(
            request, _("Good. Keep the recovery code where you will find it when all else is lost.")
        )
        return redirect("enrollment:security")

    def _after(self, pending_id: str) -> PendingEnrollment | None:
        try:
            return enrollment_of(self.person, pending_id) if pending_id else None
        except Refused:
            return None


@sensitive_variables("code")
def show_code(request: HttpRequest, code: str, added: PendingEnrollment | None = None) -> HttpResponse:
    """Show it this once; `added` is the enrollment that it came with."""
    context = {
        "groups": _grouped(code),
        "made_at": timezone.now(),
        "added": added,
        "later": _page_of(added) if added else reverse("enrollment:security"),
    }
    return render(request, "enrollment/recovery_code_made.html", context)


def _page_of(row: PendingEnrollment) -> str:
    return reverse("enrollment:pending", args=[row.factor_kind, row.pk])


def _grouped(code: str) -> list[str]:
    """Split for the eye; the groups are spaced by style, so that what is copied is the code itself."""
    return [code[start : start + GROUP] for start in range(0, len(code), GROUP)]
