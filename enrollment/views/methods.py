"""Rename or remove a method: first what that would mean, then the change."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from accounts.step_up.drafts import take_draft
from enrollment.account.methods import Factor
from enrollment.audit.log import Refused
from enrollment.flows.change import find_owned
from enrollment.flows.methods import removal_plan, remove_factor, rename_factor
from enrollment.forms import RenameForm
from enrollment.views.base import ChangeView, flash_outcome


class RemoveView(ChangeView):
    def explain(self) -> HttpResponse:
        plan = removal_plan(self.person, self.kwargs["factor_id"])
        return self.page("remove.html", factor=plan.factor, removal=plan)

    def post(self, request: HttpRequest, factor_id: str) -> HttpResponse:
        with flash_outcome(request) as report:
            removal = remove_factor(self.actor, self.person, factor_id)
            report.say(_("Removed “%(title)s”.") % {"title": removal.factor.title}, removal.clean_up)
        return self.back()


class RenameView(ChangeView):
    def explain(self) -> HttpResponse:
        factor = find_owned(self.snapshot.factors or (), self.kwargs["factor_id"])
        typed = (take_draft(self.request) or {}).get("name", factor.name)
        return self._form_page(factor, RenameForm(initial={"name": typed}))

    def post(self, request: HttpRequest, factor_id: str) -> HttpResponse:
        form = RenameForm(request.POST)
        if form.is_valid() and self._renamed(form, factor_id):
            return self.back()
        return self._form_page(self.snapshot.find(factor_id), form, status=422)

    def _renamed(self, form: RenameForm, factor_id: str) -> bool:
        """Whether there is nothing to correct; a name that the rule refuses goes back into the form."""
        with flash_outcome(self.request) as report:
            try:
                name = rename_factor(self.actor, self.person, factor_id, form.cleaned_data["name"])
            except Refused as refused:
                if not refused.code.startswith("name-"):
                    raise
                form.add_error("name", refused.sentence)
            else:
                report.say(_("It is called “%(name)s” now.") % {"name": name})
        return form.is_valid()

    def _form_page(self, factor: Factor | None, form: RenameForm, *, status: int = 200) -> HttpResponse:
        return self.page("rename.html", factor=factor, form=form, status=status)
