"""An address that codes are sent to."""

from django import forms
from django.utils.translation import gettext_lazy as _


class EmailForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        error_messages={
            "required": _("Type the address that codes are to go to."),
            "invalid": _("This is not an e-mail address. One looks like name@example.com."),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
    )

    @property
    def target(self) -> dict[str, str]:
        """What the flow takes."""
        return {"email": self.cleaned_data["email"]}
