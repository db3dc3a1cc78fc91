"""What people type or choose on the pages of accounts."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.languages import AS_THE_BROWSER_SAYS, languages


def _choices() -> list[tuple[str, object]]:
    return [*languages().items(), (AS_THE_BROWSER_SAYS, _("The language that the browser asks for"))]


class LanguageForm(forms.Form):
    language = forms.ChoiceField(
        label=_("Language"), choices=_choices, required=False, widget=forms.RadioSelect
    )
