"""The home page, the sign-in page, the choice of language, and signing out."""

from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import conf
from accounts.auth0.tenant import current_tenant, web_client
from accounts.conf import HEX_COLOUR
from accounts.languages import (
    LanguageForm,
    chosen_language,
    remember_language,
    remembered_language,
    set_language,
)
from accounts.redirects import local_path, see_other
from accounts.step_up.return_to import default_destination


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/home.html")


@login_not_required
@require_safe
def accent(request: HttpRequest) -> HttpResponse:
    """Answer the site's colour as a stylesheet: a strict content security policy forbids inline styles."""
    if not HEX_COLOUR.fullmatch(colour := conf.branding().accent):
        raise Http404
    return render(request, "accounts/accent.css", {"accent": colour}, content_type="text/css")


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


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def language(request: HttpRequest) -> HttpResponse:
    """Anybody may choose: whoever cannot read the sign-in page is not signed in yet."""
    form = LanguageForm(
        request.POST if request.method == "POST" else None, initial={"language": _kept(request)}
    )
    came_from = local_path(request.POST.get("next") or request.GET.get("next"))
    if form.is_bound and form.is_valid():
        return _chosen(request, form.cleaned_data["language"], came_from)
    context = {"form": form, "next": came_from or ""}
    return render(request, "accounts/language.html", context, status=422 if form.is_bound else 200)


def _kept(request: HttpRequest) -> str:
    return chosen_language(request.user) if request.user.is_authenticated else remembered_language(request)


def _chosen(request: HttpRequest, code: str, came_from: str | None) -> HttpResponse:
    if request.user.is_authenticated:
        set_language(request.user, code)
    response = see_other(came_from or reverse("accounts:language"))
    remember_language(response, code)
    return response


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
