"""The step-up page: explains by GET, begins by POST."""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache

from accounts.auth0.claims import HadFactor
from accounts.identity import email_of
from accounts.login.authorization_request import AuthorizationRequest
from accounts.redirects import local_path, see_other
from accounts.signals import had_second_factor
from accounts.step_up.assurance import Verdict, read_assurance, visitor_subject
from accounts.step_up.my_account import is_well_proved, token_verdict
from accounts.step_up.responses import last_attempt_message, proof_lifetime, step_up_reason, steps_asked
from accounts.step_up.return_to import ReturnTo, default_destination, load_return_to, step_up_url
from accounts.views.login import redirect_to_tenant


@method_decorator(never_cache, name="dispatch")
class StepUpView(View):
    """Somebody whose proof is good enough already is sent on at once.

    Somebody without a second factor is not sent to the tenant for one, which would have them enroll it there,
    by a sign-in of hours ago: adding one here asks for a fresh one.
    """

    http_method_names = ("get", "head", "post")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        # The tenant would sign somebody else in, or nobody: it knows no such person.
        if request.user.is_authenticated and not visitor_subject(request):
            return render(request, "accounts/no_subject.html", status=409)
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        pending = load_return_to(request, local_path(request.GET.get("next")) or default_destination())
        outcome = token_verdict(request, pending.requirement, pending.grant)
        if outcome is Verdict.ALLOWED:
            return HttpResponseRedirect(pending.next)
        if _asks_mfa(request, pending) and _had_factor(request, may_call=False) is HadFactor.NO:
            return render(request, "accounts/add_first.html")
        return render(request, "accounts/step_up.html", self.context(request, pending, outcome))

    def post(self, request: HttpRequest) -> HttpResponse:
        pending = load_return_to(request, local_path(request.POST.get("next")) or default_destination())
        afresh = "afresh" in request.POST
        asks_mfa = _asks_mfa(request, pending, afresh=afresh)
        had_factor = _had_factor(request, may_call=asks_mfa)
        if asks_mfa and had_factor is HadFactor.NO:
            return see_other(step_up_url(pending.next))
        asked = AuthorizationRequest.step_up(
            pending.next,
            visitor_subject(request) or None,
            pending.requirement,
            login_hint=email_of(request.user) if request.user.is_authenticated else "",
            afresh=afresh,
            grant=pending.grant,
            is_proved=not afresh and _needs_token_alone(request, pending),
        )
        return redirect_to_tenant(request, replace(asked, had_factor=had_factor))

    def context(self, request: HttpRequest, pending: ReturnTo, outcome: Verdict) -> dict[str, object]:
        record = read_assurance(request)
        doubt = record.doubt if record and outcome in (Verdict.MFA_MISSING, Verdict.MFA_STALE) else None
        return {
            "next": pending.next,
            "reason": step_up_reason(outcome, pending.requirement, doubt),
            "asked": steps_asked(pending.requirement, is_proved=_needs_token_alone(request, pending)),
            "window": proof_lifetime(pending.requirement),
            "last_attempt": last_attempt_message(pending.outcome, doubt),
            "was_post": pending.was_post,
            "asks_mfa": pending.requirement.mfa_within is not None,
        }


def _needs_token_alone(request: HttpRequest, pending: ReturnTo) -> bool:
    return pending.grant is not None and is_well_proved(request, pending.requirement)


def _asks_mfa(request: HttpRequest, pending: ReturnTo, *, afresh: bool = False) -> bool:
    return pending.requirement.mfa_within is not None and (afresh or not _needs_token_alone(request, pending))


def _had_factor(request: HttpRequest, *, may_call: bool) -> HadFactor:
    sub = visitor_subject(request)
    return had_second_factor(sub, may_call=may_call) if sub else HadFactor.UNKNOWN
