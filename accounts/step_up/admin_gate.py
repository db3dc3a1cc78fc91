"""The gate before Django's admin: staff, with a second factor passed within the window.

It goes by the URL namespace, so the default `admin.site` is gated wherever it is mounted, and any other too.
"""

from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import ResolverMatch, reverse
from django.utils.translation import gettext as _

from accounts.identity import is_staff
from accounts.redirects import local_path
from accounts.step_up.gates import require_for
from accounts.step_up.return_to import sign_in_url

ADMIN = "admin"


def gate_admin(
    request: HttpRequest, match: ResolverMatch, sign_out: Callable[[HttpRequest], HttpResponseBase]
) -> HttpResponseBase | None:
    """Refuse, redirect, raise `StepUpRequired`, or let through (None)."""
    if match.url_name == "logout":
        return sign_out(request)
    if match.url_name == "login":
        return _instead_of_login(request, match)
    _check(request)
    return None


def _check(request: HttpRequest) -> None:
    # Sending somebody who may never enter to prove more of themselves would be a loop.
    if request.user.is_authenticated and not is_staff(request.user):
        raise PermissionDenied(_("This part of the site is for staff."))
    require_for(request)


def _instead_of_login(request: HttpRequest, match: ResolverMatch) -> HttpResponseBase:
    """There is no password login: the page leads to Auth0, and on from there."""
    index = reverse(f"{match.namespace}:index")
    target = local_path(request.GET.get("next")) or index
    if not request.user.is_authenticated:
        return HttpResponseRedirect(sign_in_url(target))
    _check(request)
    return HttpResponseRedirect(target if target != request.path else index)
