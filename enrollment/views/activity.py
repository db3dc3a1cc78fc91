"""What happened to one's own account, here and at the tenant, latest first."""

from typing import TYPE_CHECKING

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from enrollment.flows import account_story
from enrollment.timeline import Show
from enrollment.views.base import AccountView

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

HAPPENINGS_A_PAGE = 20
CHOICES: "dict[Show, StrOrPromise]" = {
    Show.ALL: _("All"),
    Show.SIGN_INS: _("Sign-ins"),
    Show.CHANGES: _("Changes"),
    Show.FAILED: _("Failed"),
}


class ActivityView(AccountView):
    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest) -> HttpResponse:
        show = Show.of(request.GET.get("show"))
        story = account_story(self.person, show)
        pages = Paginator(story.happenings, HAPPENINGS_A_PAGE)
        return self.page(
            "activity.html",
            page=pages.get_page(request.GET.get("page")),
            show=show.value,
            choices=[(choice.value, label) for choice, label in CHOICES.items()],
            log=story.log,
        )
