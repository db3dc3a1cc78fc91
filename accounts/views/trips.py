"""The trip to the tenant and back: where a sign-in begins, and the callback."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_GET, require_POST
from social_core.exceptions import SocialAuthBaseException
from social_django import views as social_views
from social_django.models import DjangoStorage
from social_django.strategy import DjangoStrategy

from accounts.backends import Auth0Backend
from accounts.failures import Failure, failure_of, failure_of_grant
from accounts.local_paths import local_path
from accounts.resume import default_destination
from accounts.transactions import Transaction
from accounts.views.failure import failure_page
from accounts.views.redirects import see_other


@never_cache
@login_not_required
@require_POST
@csrf_protect
def begin(request: HttpRequest, backend: str) -> HttpResponse:
    _check_backend(backend)
    next_path = local_path(request.POST.get("next")) or default_destination()
    return send_to_tenant(request, Transaction.sign_in(next_path, afresh="afresh" in request.POST))


def send_to_tenant(request: HttpRequest, transaction: Transaction) -> HttpResponse:
    """Begin a trip, for a sign-in and for a step-up alike."""
    backend = _backend(request)
    backend.transaction = transaction
    try:
        return see_other(backend.auth_url())
    except SocialAuthBaseException as error:
        return failure_page(request, _failure(error, transaction), transaction, error)


@never_cache
@login_not_required
@require_GET
def complete(request: HttpRequest, backend: str) -> HttpResponse:
    """Take the visitor back. An answer to a question that this browser never asked is not looked at."""
    _check_backend(backend)
    transaction = _backend(request).peek_transaction()
    if transaction is None:
        return failure_page(request, Failure.NOT_OURS, None)
    try:
        response: HttpResponse = social_views.complete(request, backend)
    except SocialAuthBaseException as error:
        return failure_page(request, _failure(error, transaction), transaction, error)
    # The pipeline put the transaction's own destination there; one slot a session is no place to leave it.
    request.session.pop("next", None)
    return response


def _backend(request: HttpRequest) -> Auth0Backend:
    callback = reverse("social:complete", args=[Auth0Backend.name])
    return Auth0Backend(DjangoStrategy(DjangoStorage, request), redirect_uri=callback)


def _failure(error: SocialAuthBaseException, transaction: Transaction) -> Failure:
    return failure_of_grant(error, transaction.audience) if transaction.audience else failure_of(error)


def _check_backend(name: str) -> None:
    if name != Auth0Backend.name:
        raise Http404
