"""A name for a factor."""

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

# Auth0 accepts names of up to 20 characters: the Management API's `PATCH …/authentication-methods/{id}`.
MAX_NAME_LENGTH = 20


class RenameForm(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=MAX_NAME_LENGTH,
        help_text=format_lazy(
            _("Up to {count} characters, such as “Blue key” or “Phone at home”."), count=MAX_NAME_LENGTH
        ),
        error_messages={
            "required": _("Give it a name."),
            "max_length": _("A name has %(limit_value)d characters at most."),
        },
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True, "spellcheck": "false"}),
    )
