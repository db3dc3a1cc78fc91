"""Remove a factor: first what that would mean, then the deed."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from enrollment.flows import removal_plan, remove_factor
from enrollment.views.base import ChangeView
from enrollment.views.outcomes import reported


class RemoveView(ChangeView):
    def explain(self) -> HttpResponse:
        plan = removal_plan(self.person, self.kwargs["factor_id"])
        return self.page("remove.html", factor=plan.factor, removal=plan)

    def post(self, request: HttpRequest, factor_id: str) -> HttpResponse:
        with reported(request) as report:
            removal = remove_factor(self.actor, self.person, factor_id)
            report.say(_("Removed “%(title)s”.") % {"title": removal.factor.title}, removal.clean_up)
        return self.back()
