"""The site, and gated views in places and shapes that a gate could miss."""

from asgiref.sync import sync_to_async
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.urls import include, path, re_path
from django.views import View

from accounts.step_up.gates import StepUpRequiredMixin, require_for, step_up_required
from mfaproject.urls import urlpatterns as site_urls


def opened(request: HttpRequest, **_: str) -> HttpResponse:
    return HttpResponse(f"opened by {request.method}")


async def opened_later(request: HttpRequest) -> HttpResponse:
    return opened(request)


async def asks_later(request: HttpRequest) -> HttpResponse:
    await sync_to_async(require_for)(request)
    return opened(request)


class Later(StepUpRequiredMixin, View):
    async def get(self, request: HttpRequest) -> HttpResponse:
        return opened(request)


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("broken")


twice = ([path("action/", step_up_required(opened), name="action")], "twice")

urlpatterns = [
    *site_urls,
    path("ruled/later/", opened_later),
    re_path(r"^ruled/?$", opened),
    re_path(r"^optional/?$", opened),
    path("later/function/", step_up_required(opened_later)),
    path("later/class/", Later.as_view()),
    path("later/inside/", asks_later),
    path("one/", include(twice, namespace="one")),
    path("two/", include(twice, namespace="two")),
    path("backstage/", AdminSite(name="backstage").urls),
    path("broken/", broken),
]
