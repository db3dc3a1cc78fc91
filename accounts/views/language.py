"""The language that the site speaks to somebody: kept in the account, and in the browser."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.forms import LanguageForm
from accounts.languages import choose, remember, remembered
from accounts.local_paths import local_path
from accounts.views.redirects import see_other


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
    return request.user.language if request.user.is_authenticated else remembered(request)


def _chosen(request: HttpRequest, code: str, came_from: str | None) -> HttpResponse:
    if request.user.is_authenticated:
        choose(request.user, code)
    response = see_other(came_from or reverse("accounts:language"))
    remember(response, code)
    return response
