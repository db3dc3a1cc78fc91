"""What is said about a step-up: to each kind of client, and in words on the page."""

from datetime import timedelta
from enum import StrEnum
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.auth0.claims import PAPE_MFA, HadFactor
from accounts.humanize import duration
from accounts.step_up.assurance import Verdict
from accounts.step_up.gates import StepUpRequired
from accounts.step_up.requirement import Requirement
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
    if requirement.mfa_within:
        problem |= {"acr_values": PAPE_MFA, "mfa_within": int(requirement.mfa_within.total_seconds())}
    if requirement.login_within:
        problem |= {"max_age": int(requirement.login_within.total_seconds())}
    return problem


def step_up_reason(verdict: Verdict, requirement: Requirement, doubt: HadFactor | None = None) -> str:
    """Say why, with the window as the setting has it; `doubt` is why the second factor used last is none."""
    if doubt and verdict is Verdict.MFA_MISSING:
        return _("This part asks for your second factor. The one you used doesn't count yet.")
    if requirement.after is not None and verdict is not Verdict.ALLOWED:
        after = timezone.localtime(requirement.after)
        moment = f"{date_format(after, 'DATETIME_FORMAT')} {after.tzname() or ''}".strip()
        sentence = _(
            "This part asks you to prove who you are anew: what was proved before %(moment)s is void."
        )
        return sentence % {"moment": moment}
    mfa, login = (
        duration(span or timedelta()) for span in (requirement.mfa_within, requirement.login_within)
    )
    return {
        Verdict.MFA_MISSING: _(
            "This part asks for your second factor, and you have not used it since you signed in."
        ),
        Verdict.MFA_STALE: _(
            "This part asks for your second factor within the last %(window)s, and you used it longer ago."
        )
        % {"window": mfa},
        Verdict.LOGIN_MISSING: _(
            "This part asks for a fresh sign-in, and it is not known when you signed in."
        ),
        Verdict.LOGIN_STALE: _(
            "This part asks for a sign-in within the last %(window)s, and you signed in longer ago."
        )
        % {"window": login},
        Verdict.TOKEN_MISSING: _(
            "You have proved who you are. To add to your account from here, this site also needs the sign-in "
            "service's permission, which lasts for a while and then ends by itself."
        ),
        Verdict.ALLOWED: "",
    }[verdict]


def steps_asked(requirement: Requirement, *, is_proved: bool = False) -> list[str]:
    """What the visitor will be asked for, in the order it comes."""
    if is_proved:
        return [_("Go to the sign-in service and straight back: it will probably not ask you anything.")]
    steps = []
    if requirement.login_within:
        steps.append(_("Sign in again, with your password or however you usually do."))
    if requirement.mfa_within:
        steps.append(
            _("Confirm with your second factor: a code, a notification, a passkey or a security key.")
        )
    return steps


def proof_lifetime(requirement: Requirement) -> str:
    """For how long one proof lasts: the shortest window asked for."""
    return duration(min(span for span in (requirement.mfa_within, requirement.login_within) if span))


def why_not_counted(doubt: HadFactor | None) -> str:
    """Explain a second factor that was used and proves nothing."""
    if doubt is HadFactor.NO:
        return _(
            "The second factor you used doesn't count. It was added on the way here, or it was only email. "
            "Confirm with one that was on your account before."
        )
    if doubt is HadFactor.UNKNOWN:
        return _(
            "We couldn't check that your second factor was on your account before, so it opened nothing. Try "
            "again in a moment. If this happens again, tell support."
        )
    return ""


def last_attempt_message(outcome: Verdict | None, doubt: HadFactor | None = None) -> str:
    """Explain a return that proved too little."""
    if doubt:
        return why_not_counted(doubt)
    if outcome in (Verdict.MFA_MISSING, Verdict.MFA_STALE):
        return _(
            "You came back without a second factor, so nothing was opened. If you have none yet, add one on "
            "the account security page first; if you have one and were not asked for it, tell support."
        )
    if outcome in (Verdict.LOGIN_MISSING, Verdict.LOGIN_STALE):
        return _("You came back without signing in afresh, so nothing was opened. Try again.")
    return ""
