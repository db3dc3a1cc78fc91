"""The public pages: the home page and the way in."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.local_paths import local_path
from accounts.resume import default_destination


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/home.html")


@never_cache
@login_not_required
@require_safe
def sign_in(request: HttpRequest) -> HttpResponse:
    """A page with a button: signing in begins by POST, so no other site can start it with a link."""
    next_path = local_path(request.GET.get("next"))
    if request.user.is_authenticated:
        here = next_path is None or next_path.partition("?")[0] == request.path
        return HttpResponseRedirect(default_destination() if here else str(next_path))
    return render(request, "accounts/sign_in.html", {"next": next_path})
