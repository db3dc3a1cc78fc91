"""Where a login begins, and the callback."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_GET, require_POST
from social_core.exceptions import SocialAuthBaseException
from social_django import views as social_views
from social_django.models import DjangoStorage
from social_django.strategy import DjangoStrategy

from accounts.login import open_requests
from accounts.login.authorization_request import AuthorizationRequest
from accounts.login.backend import Auth0Backend
from accounts.login.errors import LoginErrorCode, error_code_of, error_code_of_grant
from accounts.redirects import local_path, see_other
from accounts.step_up.gates import is_gated_admin
from accounts.step_up.return_to import default_destination
from accounts.views.error_page import render_error_page


@never_cache
@login_not_required
@require_POST
@csrf_protect
def login(request: HttpRequest, **_: str) -> HttpResponse:
    next_path = local_path(request.POST.get("next")) or default_destination()
    asked = AuthorizationRequest.sign_in(
        next_path, afresh="afresh" in request.POST, asks_mfa=is_gated_admin(next_path)
    )
    return redirect_to_tenant(request, asked)


def redirect_to_tenant(request: HttpRequest, asked: AuthorizationRequest) -> HttpResponse:
    """Send the visitor to the tenant, for a sign-in and for a step-up alike."""
    backend = _backend(request)
    backend.authorization_request = asked
    try:
        response = see_other(backend.auth_url())
    except SocialAuthBaseException as error:
        return render_error_page(request, _failure(error, asked), asked, error)
    if backend.opened:
        open_requests.keep(request, response, backend.opened)
    return response


@never_cache
@login_not_required
@require_GET
def callback(request: HttpRequest, backend: str) -> HttpResponse:
    """Take the visitor back. An answer to a question that this browser never asked is not looked at."""
    ours = _backend(request)
    state: object = ours.get_request_state()  # type: ignore[no-untyped-call]
    kept = open_requests.read(request, state)
    if kept is None and (path := open_requests.finished_at(request, state)):
        return HttpResponseRedirect(path)
    asked = ours.reopen(kept) if kept else None
    if asked is None:
        response = render_error_page(request, LoginErrorCode.NOT_OURS, None)
    else:
        response = _complete(request, backend, asked)
    ours.close(state)
    open_requests.finish(request, response, state)
    return response


def _complete(request: HttpRequest, backend: str, asked: AuthorizationRequest) -> HttpResponse:
    try:
        response: HttpResponse = social_views.complete(request, backend)
    except SocialAuthBaseException as error:
        return render_error_page(request, _failure(error, asked), asked, error)
    # The pipeline put the request's own destination there; one slot a session is no place to leave it.
    request.session.pop("next", None)
    return response


def _backend(request: HttpRequest) -> Auth0Backend:
    callback = reverse("social:complete", args=[Auth0Backend.name])
    return Auth0Backend(DjangoStrategy(DjangoStorage, request), redirect_uri=callback)


def _failure(error: SocialAuthBaseException, asked: AuthorizationRequest) -> LoginErrorCode:
    return error_code_of_grant(error, asked.audience) if asked.audience else error_code_of(error)
