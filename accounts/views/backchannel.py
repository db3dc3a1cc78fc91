"""Where the tenant says that somebody signed out, or was: OpenID Connect Back-Channel Logout 1.0."""

import logging
from http import HTTPStatus

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST
from social_core.exceptions import SocialAuthBaseException
from social_django.models import DjangoStorage
from social_django.strategy import DjangoStrategy

from accounts.auth0.logout_token import LogoutTokenError
from accounts.login.backend import Auth0Backend
from accounts.login.logout_tokens import KeysUnknownError, read_logout_token
from accounts.sessions.backchannel import end_by

logger = logging.getLogger(__name__)

FORM = "application/x-www-form-urlencoded"
# Some thousand characters are a large token.
LARGEST_BODY = 16_000


# The token is the proof; a browser has no part in this, and no cookie is looked at.
@csrf_exempt
@never_cache
@login_not_required
@require_POST
@sensitive_post_parameters("logout_token")
def backchannel_logout(request: HttpRequest) -> HttpResponse:
    """Answer 200 for what is over now, 400 for no token for this site, 503 where no key can be had."""
    try:
        token = read_logout_token(Auth0Backend(DjangoStrategy(DjangoStorage, request)), _text(request))
    except LogoutTokenError as error:
        return _refused(error.code)
    except (KeysUnknownError, SocialAuthBaseException) as error:
        logger.warning("The keys for a logout token could not be had: %s", type(error).__name__)
        return HttpResponse(status=HTTPStatus.SERVICE_UNAVAILABLE, headers={"Retry-After": "60"})
    return HttpResponse(status=HTTPStatus.OK) if end_by(token) else _refused("jti")


def _text(request: HttpRequest) -> str:
    """Return the one token of a small form; nothing larger is read."""
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        length = LARGEST_BODY + 1
    if request.content_type != FORM or not 0 < length <= LARGEST_BODY:
        raise LogoutTokenError("form")
    tokens = request.POST.getlist("logout_token")
    if len(tokens) != 1:
        raise LogoutTokenError("logout_token")
    return str(tokens[0])


def _refused(code: str) -> HttpResponse:
    logger.info("A logout token was refused: %s", code)
    return JsonResponse(
        {"error": "invalid_request", "error_description": code}, status=HTTPStatus.BAD_REQUEST
    )
