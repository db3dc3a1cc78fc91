"""A phone number: country, number, and whether codes come as text messages or as calls."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from enrollment.phones import Fault, NumberError, Verdict, normalised, regions

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

SMS, VOICE = "sms", "voice"
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


class PhoneForm(forms.Form):
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
    channel = forms.ChoiceField(
        label=_("How the code should come"),
        choices=[(SMS, _("Text message")), (VOICE, _("Call, with a voice that reads the code out"))],
        initial=SMS,
        widget=forms.RadioSelect,
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        verdict = self._judged(data) if "number" in data else None
        if verdict and data.get("channel") == SMS and not verdict.takes_texts:
            self.add_error("channel", LANDLINE)
        if verdict:
            data["e164"] = verdict.e164
        return data

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
