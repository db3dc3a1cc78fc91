"""Give a factor another name."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from accounts.step_up import take_draft
from enrollment.factors import Factor
from enrollment.flows import Refused, rename_factor
from enrollment.flows.guard import owned
from enrollment.forms import RenameForm
from enrollment.views.base import ChangeView
from enrollment.views.outcomes import reported


class RenameView(ChangeView):
    def explain(self) -> HttpResponse:
        factor = owned(self.snapshot.factors or (), self.kwargs["factor_id"])
        typed = (take_draft(self.request) or {}).get("name", factor.name)
        return self._form_page(factor, RenameForm(initial={"name": typed}))

    def post(self, request: HttpRequest, factor_id: str) -> HttpResponse:
        form = RenameForm(request.POST)
        if form.is_valid() and self._renamed(form, factor_id):
            return self.back()
        return self._form_page(self.snapshot.find(factor_id), form, status=422)

    def _renamed(self, form: RenameForm, factor_id: str) -> bool:
        """Whether there is nothing to correct; a name that the rule refuses goes back into the form."""
        with reported(self.request) as report:
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
