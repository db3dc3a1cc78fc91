"""Choose what to add: the way in of somebody whom a path rule keeps away from the list of their own."""

from django.http import HttpRequest, HttpResponse

from enrollment.views.base import AccountView
from enrollment.views.offers import offered_to


class ChooseView(AccountView):
    """Shows what the site offers to everybody, and nothing of the account."""

    http_method_names = ["get", "head", "options"]

    def get(self, _request: HttpRequest) -> HttpResponse:
        return self.page("add/choose.html", offers=offered_to(self.person, ()))
