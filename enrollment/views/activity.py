"""What happened to one's own account, latest first."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse

from enrollment.models import ActivityEvent
from enrollment.views.base import AccountView

EVENTS_A_PAGE = 20


class ActivityView(AccountView):
    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest) -> HttpResponse:
        pages = Paginator(ActivityEvent.objects.of(self.person), EVENTS_A_PAGE)
        return self.page("activity.html", page=pages.get_page(request.GET.get("page")))
