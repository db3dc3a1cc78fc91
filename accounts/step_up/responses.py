"""How each kind of client is told that a step-up is needed; `messages` has what people read about it."""

from enum import StrEnum
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils.translation import gettext as _

from accounts.step_up.gates import StepUpRequired
from accounts.step_up.return_to import save_return_to, sign_in_and_return, step_up_url

# Error names of RFC 9470 (step-up) and OpenID Connect Core 3.1.2.6.
STEP_UP_ERROR = "insufficient_user_authentication"
SIGN_IN_ERROR = "login_required"


class ClientKind(StrEnum):
    BROWSER = "browser"
    SCRIPT = "script"
    HTMX = "htmx"


def client_kind(request: HttpRequest) -> ClientKind:
    """Tell navigation from `fetch`; a client that says nothing is a browser."""
    if request.headers.get("HX-Request") == "true":
        return ClientKind.HTMX
    mode = request.headers.get("Sec-Fetch-Mode", "navigate")
    asks_json = request.get_preferred_type(["text/html", "application/json"]) == "application/json"
    is_xhr = request.headers.get("X-Requested-With") == "XMLHttpRequest"
    return ClientKind.SCRIPT if mode != "navigate" or is_xhr or asks_json else ClientKind.BROWSER


def step_up_response(request: HttpRequest, required: StepUpRequired) -> HttpResponse:
    """Send a browser on its way; tell a script what is missing and where to go."""
    if not request.user.is_authenticated:
        return sign_in_response(request)
    url = step_up_url(save_return_to(request, required.requirement, required.grant))
    return _refusal(client_kind(request), url, 403, _challenge(required))


def sign_in_response(request: HttpRequest) -> HttpResponse:
    """Send a browser to sign in, and back to its page; tell a script where that is done."""
    problem = {"error": SIGN_IN_ERROR, "error_description": _("Sign in first.")}
    return _refusal(client_kind(request), sign_in_and_return(request), 401, problem)


def _refusal(kind: ClientKind, url: str, status: int, problem: dict[str, Any]) -> HttpResponse:
    if kind is ClientKind.BROWSER:
        return _uncached(HttpResponseRedirect(url))
    response = JsonResponse({**problem, "url": url}, status=status)
    if kind is ClientKind.HTMX:
        response.headers["HX-Redirect"] = url
    return _uncached(response)


def _uncached(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "no-store"
    return response


def _challenge(required: StepUpRequired) -> dict[str, Any]:
    requirement = required.requirement
    problem: dict[str, Any] = {
        "error": STEP_UP_ERROR,
        "error_description": _("A fresh proof that it is you is needed for this."),
        "reason": required.verdict.value,
    }
    if requirement.acr_values:
        problem |= {"acr_values": requirement.acr_values}
    if requirement.phishing_resistant_within:
        problem |= {"phishing_resistant_within": int(requirement.phishing_resistant_within.total_seconds())}
    if requirement.mfa_within:
        problem |= {"mfa_within": int(requirement.mfa_within.total_seconds())}
    if requirement.login_within:
        problem |= {"max_age": int(requirement.login_within.total_seconds())}
    return problem
