"""Make a new recovery code, and show it this once: in the answer to the POST and nowhere else."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_variables

from enrollment.flows import new_recovery_code
from enrollment.views.base import ChangeView
from enrollment.views.outcomes import reported
from enrollment.views.presentation import recovery_code_of

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
        with reported(request):
            code = new_recovery_code(self.actor, self.person)
        if not code:
            return self.back()
        return self.page("recovery_code_made.html", groups=_grouped(code), made_at=timezone.now())


def _grouped(code: str) -> list[str]:
    """Split for the eye; the groups are spaced by style, so that what is copied is the code itself."""
    return [code[start : start + GROUP] for start in range(0, len(code), GROUP)]
