"""What people type on the pages of enrollment."""

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from enrollment.kinds.base import Kind
from enrollment.phones import Fault, NumberError, Verdict, normalised, regions

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class DestinationForm(forms.Form):
    """What has to be said before an enrollment begins; of most kinds, nothing."""

    def __init__(self, *args: Any, kind: Kind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind

    @property
    def target(self) -> dict[str, str]:
        """What the flow takes."""
        return {}


class EmailForm(DestinationForm):
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


FAULTS: "dict[Fault, StrOrPromise]" = {
    Fault.NO_COUNTRY: _("Choose the country, or begin the number with + and the country's code."),
    Fault.NOT_A_NUMBER: _("This is not a phone number. Type its digits, such as 201 555 0123."),
    Fault.LENGTH: _("This number is too long or too short for the country. Look it over."),
    Fault.NOT_IN_USE: _("No phone in this country has such a number. Look the number and the country over."),
    Fault.NOT_PERSONAL: _("No codes are sent to service numbers. Give the number of a phone of your own."),
    Fault.SATELLITE_OR_PERSONAL: _(
        "We don't send codes to satellite phones or call-forwarding numbers. Enter a regular phone number."
    ),
}
LANDLINE = _("This is a landline, which takes no text messages. Choose a call.")
# With neither, there is nothing to say which part of the number is wrong.
ABOUT_COUNTRY = frozenset({Fault.NO_COUNTRY})


def _countries() -> "list[tuple[str, StrOrPromise]]":
    return [("", _("Choose a country")), *((region.code, region.label) for region in regions())]


class PhoneForm(DestinationForm):
    country = forms.ChoiceField(
        label=_("Country"),
        choices=_countries,
        required=False,
        widget=forms.Select(attrs={"autocomplete": "country"}),
    )
    number = forms.CharField(
        label=_("Phone number"),
        max_length=40,
        help_text=_("As you would dial it in that country, or with + and the country's code."),
        error_messages={"required": _("Type the number of the phone.")},
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    channel = forms.ChoiceField(label=_("How the code should come"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, kind: Kind, **kwargs: Any) -> None:
        super().__init__(*args, kind=kind, **kwargs)
        field = cast(forms.ChoiceField, self.fields["channel"])
        field.choices = [(name, channel.choice) for name, channel in kind.channels.items()]
        field.initial = next(iter(kind.channels))

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        verdict = self._judged(data) if "number" in data else None
        if verdict and "channel" in data and not self._reaches(data["channel"], verdict):
            self.add_error("channel", LANDLINE)
        if verdict:
            data["e164"] = verdict.e164
        return data

    def _reaches(self, channel: str, verdict: Verdict) -> bool:
        return verdict.takes_texts or self.kind.channels[channel].reaches_landlines

    def _judged(self, data: dict[str, Any]) -> Verdict | None:
        try:
            return normalised(data["number"], data.get("country", ""))
        except NumberError as error:
            self.add_error("country" if error.fault in ABOUT_COUNTRY else "number", FAULTS[error.fault])
            return None

    @property
    def target(self) -> dict[str, str]:
        """What the flow takes."""
        return {"phone": self.cleaned_data["e164"], "channel": self.cleaned_data["channel"]}


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
