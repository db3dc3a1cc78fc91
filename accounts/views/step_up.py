"""The step-up page: explains by GET, begins by POST."""

from dataclasses import replace

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache

from accounts.assurance import Verdict, read_assurance
from accounts.claims import HadFactor
from accounts.local_paths import local_path
from accounts.my_account import is_well_proved, standing
from accounts.reasons import asked, holds_for, last_attempt, reason
from accounts.resume import Pending, default_destination, recall, step_up_url
from accounts.second_factors import had_second_factor
from accounts.transactions import Transaction
from accounts.views.redirects import see_other
from accounts.views.trips import send_to_tenant


@method_decorator(never_cache, name="dispatch")
class StepUpView(View):
    """Somebody whose proof is good enough already is sent on at once.

    Somebody without a second factor is not sent to the tenant for one, which would have them enroll it there,
    by a sign-in of hours ago: adding one here asks for a fresh one.
    """

    http_method_names = ("get", "head", "post")

    def get(self, request: HttpRequest) -> HttpResponse:
        pending = recall(request, local_path(request.GET.get("next")) or default_destination())
        outcome = standing(request, pending.requirement, pending.grant)
        if outcome is Verdict.ALLOWED:
            return HttpResponseRedirect(pending.next)
        if _asks_mfa(request, pending) and _had_factor(request, may_call=False) is HadFactor.NO:
            return render(request, "accounts/add_first.html")
        return render(request, "accounts/step_up.html", self.context(request, pending, outcome))

    def post(self, request: HttpRequest) -> HttpResponse:
        pending = recall(request, local_path(request.POST.get("next")) or default_destination())
        afresh = "afresh" in request.POST
        asks_mfa = _asks_mfa(request, pending, afresh=afresh)
        had_factor = _had_factor(request, may_call=asks_mfa)
        if asks_mfa and had_factor is HadFactor.NO:
            return see_other(step_up_url(pending.next))
        transaction = Transaction.step_up(
            pending.next,
            request.user.sub if request.user.is_authenticated else None,
            pending.requirement,
            login_hint=request.user.email if request.user.is_authenticated else "",
            afresh=afresh,
            grant=pending.grant,
            is_proved=not afresh and _needs_token_alone(request, pending),
        )
        return send_to_tenant(request, replace(transaction, had_factor=had_factor))

    def context(self, request: HttpRequest, pending: Pending, outcome: Verdict) -> dict[str, object]:
        record = read_assurance(request)
        doubt = record.doubt if record and outcome in (Verdict.MFA_MISSING, Verdict.MFA_STALE) else None
        return {
            "next": pending.next,
            "reason": reason(outcome, pending.requirement, doubt),
            "asked": asked(pending.requirement, is_proved=_needs_token_alone(request, pending)),
            "window": holds_for(pending.requirement),
            "last_attempt": last_attempt(pending.outcome, doubt),
            "was_post": pending.was_post,
            "asks_mfa": pending.requirement.mfa_within is not None,
        }


def _needs_token_alone(request: HttpRequest, pending: Pending) -> bool:
    return pending.grant is not None and is_well_proved(request, pending.requirement)


def _asks_mfa(request: HttpRequest, pending: Pending, *, afresh: bool = False) -> bool:
    return pending.requirement.mfa_within is not None and (afresh or not _needs_token_alone(request, pending))


def _had_factor(request: HttpRequest, *, may_call: bool) -> HadFactor:
    sub = request.user.sub if request.user.is_authenticated else None
    return had_second_factor(sub, may_call=may_call) if sub else HadFactor.UNKNOWN
