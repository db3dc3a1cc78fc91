"""The site's URLs and some views that ask for a proof, for the tests of gates."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import include, path
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounts.step_up.drafts import take_draft
from accounts.step_up.gates import StepUpRequiredMixin, require_for, step_up_required
from accounts.step_up.my_account import require_token
from accounts.step_up.requirement import Requirement
from mfaproject.urls import urlpatterns as site_urls


def opened(request: HttpRequest, *_: Any) -> HttpResponse:
    return HttpResponse(f"opened by {request.method}")


def form(request: HttpRequest) -> HttpResponse:
    """Shows its form to anybody signed in; sending it takes a second factor."""
    if request.method == "POST":
        require_for(request)
        return HttpResponse("sent")
    draft = take_draft(request)
    return HttpResponse(f"draft: {sorted(draft.items()) if draft else None}")


def page_with_draft(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        require_for(request)
    return render(request, "accounts_tests/draft.html")


class Gated(StepUpRequiredMixin, View):
    def get(self, request: HttpRequest) -> HttpResponse:
        return opened(request)

    post = get


class OverridesDispatch(Gated):
    def dispatch(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponseBase:
        return opened(request)


class ForgetsRequirement(Gated):
    step_up_requirement = None


@method_decorator(csrf_exempt, name="dispatch")
class OverridesAsView(Gated):
    @classmethod
    def as_view(cls, **initkwargs: Any) -> Any:
        return View.as_view.__func__(cls, **initkwargs)  # type: ignore[attr-defined]


class AsksForLogin(Gated):
    step_up_requirement = Requirement(login_within=timedelta(minutes=10))


@step_up_required(Requirement(mfa_within=timedelta(minutes=2)))
def two_minutes(request: HttpRequest) -> HttpResponse:
    return opened(request)


QUARTER = timedelta(minutes=15)
BOTH = Requirement(mfa_within=QUARTER, phishing_resistant_within=QUARTER)


def granted(request: HttpRequest) -> HttpResponse:
    """Asks for a token of the My Account API as well; the answer says nothing of it but that it is there."""
    within = Requirement.fresh_login() if request.GET.get("login") else Requirement.mfa()
    require_token(request, within)
    return opened(request)


urlpatterns = [
    *site_urls,
    path(
        "test/",
        include(
            [
                path("function/", step_up_required(opened)),
                path("two-minutes/", two_minutes),
                path("resistant/", step_up_required(Requirement.phishing_resistant())(opened)),
                path("both/", step_up_required(BOTH)(opened)),
                path("class/", Gated.as_view()),
                path("overrides-dispatch/", OverridesDispatch.as_view()),
                path("overrides-as-view/", OverridesAsView.as_view()),
                path("forgets/", ForgetsRequirement.as_view()),
                path("login/", AsksForLogin.as_view()),
                path("granted/", granted),
                path("form/", form),
                path("draft/", page_with_draft),
                path("post-only/", require_POST(step_up_required(opened))),
                path("exempt/", csrf_exempt(form)),
                path("plain/", opened),
            ]
        ),
    ),
]
