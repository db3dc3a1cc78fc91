"""The step-up page: explains by GET, begins by POST."""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache

from accounts.identity import email_of
from accounts.login.authorization_request import AuthorizationRequest
from accounts.redirects import local_path, see_other
from accounts.step_up.assurance import Verdict, read_assurance, visitor_subject
from accounts.step_up.means import (
    Means,
    asks_first_factor,
    may_switch,
    means_of,
    obstacle,
    shows_passkey,
)
from accounts.step_up.messages import (
    MFA_REFUSED,
    RESISTANT_REFUSED,
    last_attempt_message,
    obstacle_texts,
    proof_lifetime,
    step_up_reason,
    steps_asked,
)
from accounts.step_up.my_account import is_well_proved, token_verdict
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
        means = means_of(visitor_subject(request), may_call=False)
        if not _needs_token_alone(request, pending) and (found := obstacle(pending.requirement, means)):
            return render(request, "accounts/add_first.html", obstacle_texts(found)._asdict())
        return render(request, "accounts/step_up.html", self.context(request, pending, outcome, means))

    def post(self, request: HttpRequest) -> HttpResponse:
        pending = load_return_to(request, local_path(request.POST.get("next")) or default_destination())
        afresh = "afresh" in request.POST
        is_proved = not afresh and _needs_token_alone(request, pending)
        asks = pending.requirement.acr_values is not None and not is_proved
        means = means_of(visitor_subject(request), may_call=asks)
        if asks and obstacle(pending.requirement, means):
            return see_other(step_up_url(pending.next))
        asked = AuthorizationRequest.step_up(
            pending.next,
            visitor_subject(request) or None,
            pending.requirement,
            login_hint=email_of(request.user) if request.user.is_authenticated else "",
            afresh=afresh,
            grant=pending.grant,
            is_proved=is_proved,
        )
        if asks and asks_first_factor(pending.requirement, means):
            asked = replace(asked, max_age=0)
        return redirect_to_tenant(request, replace(asked, had_factor=means.second_factor))

    def context(
        self, request: HttpRequest, pending: ReturnTo, outcome: Verdict, means: Means
    ) -> dict[str, object]:
        record, asked = read_assurance(request), pending.requirement
        doubt = record.doubt if record and outcome in (*RESISTANT_REFUSED, *MFA_REFUSED) else None
        by_passkey = shows_passkey(asked, means)
        steps = steps_asked(asked, is_proved=_needs_token_alone(request, pending), by_passkey=by_passkey)
        return {
            "next": pending.next,
            "reason": step_up_reason(outcome, asked, doubt),
            "asked": steps,
            "window": proof_lifetime(asked),
            "last_attempt": last_attempt_message(
                pending.outcome, doubt, is_told=record is None or record.is_told
            ),
            "was_post": pending.was_post,
            "may_switch": may_switch(asked, means),
            "asks_mfa": asked.mfa_within is not None,
            "asks_phishing_resistant": asked.phishing_resistant_within is not None and not by_passkey,
        }


def _needs_token_alone(request: HttpRequest, pending: ReturnTo) -> bool:
    return pending.grant is not None and is_well_proved(request, pending.requirement)
