"""The step-up page: explains by GET, begins by POST."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache

from accounts.assurance import Verdict, read_assurance, verdict
from accounts.local_paths import local_path
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
        outcome = verdict(read_assurance(request), pending.requirement, timezone.now())
        if outcome is Verdict.ALLOWED:
            return HttpResponseRedirect(pending.next)
        return render(request, "accounts/step_up.html", self.context(pending, outcome))

    def post(self, request: HttpRequest) -> HttpResponse:
        pending = recall(request, local_path(request.POST.get("next")) or default_destination())
        transaction = Transaction.step_up(
            pending.next,
            request.user.sub if request.user.is_authenticated else None,
            pending.requirement,
            login_hint=request.user.email if request.user.is_authenticated else "",
            afresh="afresh" in request.POST,
        )
        return send_to_tenant(request, transaction)

    def context(self, pending: Pending, outcome: Verdict) -> dict[str, object]:
        return {
            "next": pending.next,
            "reason": reason(outcome, pending.requirement),
            "asked": asked(pending.requirement),
            "window": holds_for(pending.requirement),
            "last_attempt": last_attempt(pending.outcome),
            "was_post": pending.was_post,
        }
