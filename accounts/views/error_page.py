"""The page of a sign-in or step-up that failed."""

import logging
import secrets

from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.exceptions import SessionInterrupted
from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views import defaults
from django.views.decorators.csrf import requires_csrf_token
from social_core.exceptions import SocialAuthBaseException

from accounts import conf
from accounts.auth0.tenant import web_client
from accounts.login.authorization_request import AuthorizationRequest, Purpose
from accounts.login.error_pages import RetryOption, error_page_for
from accounts.login.errors import LoginErrorCode, is_client_refused
from accounts.step_up.my_account import mark_unavailable

logger = logging.getLogger(__name__)

# Without look-alikes: it is read out on the phone.
REFERENCE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
REFERENCE_LENGTH = 8
LOGGED_CHARACTERS = 80
CLOSED_TO_US = (LoginErrorCode.MY_ACCOUNT_UNAVAILABLE, LoginErrorCode.MY_ACCOUNT_SCOPE_MISSING)


def render_error_page(
    request: HttpRequest,
    failure: LoginErrorCode,
    asked: AuthorizationRequest | None,
    error: SocialAuthBaseException | None = None,
) -> HttpResponse:
    """Explain from our own words alone; what the tenant said goes to the log, under a reference."""
    is_step_up = bool(asked and asked.purpose is Purpose.STEP_UP and request.user.is_authenticated)
    explanation = error_page_for(failure, is_step_up=is_step_up)
    reference = "".join(secrets.choice(REFERENCE_ALPHABET) for _ in range(REFERENCE_LENGTH))
    _log(failure, reference, error)
    if error and "clocks" in error.context:
        said = error.context["clocks"]
        logger.warning("The clocks of reference %s, the token's and ours (asked, now): %s", reference, said)
    if error and is_client_refused(error):
        _tell_of_credentials(reference)
    if failure in CLOSED_TO_US and asked:
        mark_unavailable(request)
        _tell_operator(reference, asked)
    context = {
        "explanation": explanation,
        "reference": reference,
        "next": asked.next if asked else "",
        "is_step_up": is_step_up,
        "offers_retry": explanation.offer is not RetryOption.NONE,
        # The page that wanted more may know another way to the same end.
        "elsewhere": asked.next if failure in CLOSED_TO_US and asked else "",
        "afresh": explanation.offer is RetryOption.ANOTHER_ACCOUNT,
    }
    return render(request, "accounts/sign_in_failed.html", context, status=explanation.status)


def _tell_of_credentials(reference: str) -> None:
    logger.error(
        "The token endpoint refuses this site, reference %s: check AUTH0_CLIENT_SECRET for application %s, "
        "and that its authentication method is Client Secret (Post), or Private Key JWT where "
        "AUTH0_CLIENT_ASSERTION_KEY is set; manage.py mfa_doctor can read it",
        reference,
        web_client().client_id,
    )


def _tell_operator(reference: str, asked: AuthorizationRequest) -> None:
    """Say what to set up: nothing that the visitor does can change it."""
    logger.error(
        "The My Account API is closed to this site, reference %s: activate it, and give application %s a "
        "client grant with subject_type user, audience %s and scope %s; manage.py mfa_doctor looks into it",
        reference,
        web_client().client_id,
        asked.audience,
        asked.scope,
    )


def _log(failure: LoginErrorCode, reference: str, error: SocialAuthBaseException | None) -> None:
    said = (
        (str(value)[:LOGGED_CHARACTERS] for value in (error.provider_code, error.detail))
        if error
        else ("", "")
    )
    logger.warning(
        "Sign-in failed: %s, reference %s, code %s, stage %s, the tenant said %r %r",
        failure,
        reference,
        error.code if error else "",
        error.stage if error else "",
        *said,
    )


@requires_csrf_token
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a 400. Where the session ended under a request, its view may have changed something."""
    if not isinstance(exception, SessionInterrupted):
        return defaults.bad_request(request, exception)
    request.user = AnonymousUser()
    return defaults.bad_request(request, exception, "accounts/session_ended.html")


@requires_csrf_token
def server_error(_request: HttpRequest) -> HttpResponse:
    """Answer a 500 in the site's own name; of the request nothing is asked, since that may be what broke."""
    page = render_to_string("500.html", {"base_template": conf.base_template(), "branding": conf.branding()})
    return HttpResponseServerError(page)
