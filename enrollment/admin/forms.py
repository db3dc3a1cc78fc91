"""What support types before acting on somebody's account."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from enrollment.factors import FactorKind
from enrollment.models import ActivityEvent

REASON_LENGTH = ActivityEvent._meta.get_field("reason").max_length  # noqa: SLF001  # Django's public name


class ReasonForm(forms.Form):
    """Every deed on somebody else's account says why."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=REASON_LENGTH,
        help_text=_("Why you do this, and how you made sure who is asking. It stays in the audit trail."),
        widget=forms.Textarea(attrs={"rows": 2, "class": "vLargeTextField"}),
    )


class InviteForm(ReasonForm):
    kind = forms.ChoiceField(label=_("What to add"), required=False)
    field_order = ("kind", "reason")

    def __init__(self, *args: Any, kinds: tuple[FactorKind, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            ("", _("Whatever the person chooses")),
            *((kind.value, kind.label) for kind in kinds),
        ]


class ResetForm(ReasonForm):
    passkeys = forms.BooleanField(label=_("Remove passkeys as well"), required=False)
    invitation = forms.BooleanField(
        label=_("Mail a link to add a new factor first"),
        required=False,
        help_text=_("To the account's own address; good once, for five days."),
    )
    field_order = ("passkeys", "invitation", "reason")
