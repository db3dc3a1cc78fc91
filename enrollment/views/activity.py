"""What happened to one's own account, here and at the tenant, latest first."""

from typing import TYPE_CHECKING

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from enrollment.audit.timeline import Filter
from enrollment.flows.overview import account_timeline
from enrollment.views.base import AccountView

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

HAPPENINGS_A_PAGE = 20
CHOICES: "dict[Filter, StrOrPromise]" = {
    Filter.ALL: _("All"),
    Filter.SIGN_INS: _("Sign-ins"),
    Filter.CHANGES: _("Changes"),
    Filter.FAILED: _("Failed"),
}


class ActivityView(AccountView):
    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest) -> HttpResponse:
        show = Filter.of(request.GET.get("show"))
        story = account_timeline(self.person, show)
        pages = Paginator(story.happenings, HAPPENINGS_A_PAGE)
        return self.page(
            "activity.html",
            page=pages.get_page(request.GET.get("page")),
            show=show.value,
            choices=[(choice.value, label) for choice, label in CHOICES.items()],
            log=story.log,
        )
