"""The step-up page: explains by GET, begins by POST."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache

from accounts.assurance import Verdict
from accounts.local_paths import local_path
from accounts.my_account import is_well_proved, standing
from accounts.reasons import asked, holds_for, last_attempt, reason
from accounts.resume import Pending, default_destination, recall
from accounts.transactions import Transaction
from accounts.views.trips import send_to_tenant


@method_decorator(never_cache, name="dispatch")
class StepUpView(View):
    """Somebody whose proof is good enough already is sent on at once."""

    http_method_names = ("get", "head", "post")

    def get(self, request: HttpRequest) -> HttpResponse:
        pending = recall(request, local_path(request.GET.get("next")) or default_destination())
        outcome = standing(request, pending.requirement, pending.grant)
        if outcome is Verdict.ALLOWED:
            return HttpResponseRedirect(pending.next)
        return render(request, "accounts/step_up.html", self.context(request, pending, outcome))

    def post(self, request: HttpRequest) -> HttpResponse:
        pending = recall(request, local_path(request.POST.get("next")) or default_destination())
        transaction = Transaction.step_up(
            pending.next,
            request.user.sub if request.user.is_authenticated else None,
            pending.requirement,
            login_hint=request.user.email if request.user.is_authenticated else "",
            afresh="afresh" in request.POST,
            grant=pending.grant,
            is_proved="afresh" not in request.POST and _needs_token_alone(request, pending),
        )
        return send_to_tenant(request, transaction)

    def context(self, request: HttpRequest, pending: Pending, outcome: Verdict) -> dict[str, object]:
        return {
            "next": pending.next,
            "reason": reason(outcome, pending.requirement),
            "asked": asked(pending.requirement, is_proved=_needs_token_alone(request, pending)),
            "window": holds_for(pending.requirement),
            "last_attempt": last_attempt(pending.outcome),
            "was_post": pending.was_post,
            "asks_mfa": pending.requirement.mfa_within is not None,
        }


def _needs_token_alone(request: HttpRequest, pending: Pending) -> bool:
    return pending.grant is not None and is_well_proved(request, pending.requirement)
