"""Signing out, here and at the tenant."""

from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.tenant import current_tenant, web_client
from accounts.views.redirects import see_other


@never_cache
@login_not_required
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session here first, so that it is over even if the tenant cannot be reached.

    `/v2/logout` and not `/oidc/logout`, whose hint is an ID token: no token goes into a URL.
    """
    logout(request)
    home = request.build_absolute_uri(reverse("accounts:home"))
    return see_other(current_tenant().url("/v2/logout", client_id=web_client().client_id, returnTo=home))
