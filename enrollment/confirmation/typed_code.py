"""Six digits that somebody types: what the methods with a code share."""

import re
import unicodedata
from datetime import datetime

from django import forms
from django.utils.translation import gettext_lazy as _

from enrollment.confirmation.base import ConfirmationMethod, Enrollment, Judgement, Proof

CODE = re.compile(r"[0-9]{6}", re.ASCII)
# Messengers and people put these between the digits.
BETWEEN = str.maketrans("", "", "-\u2010\u2011\u2013\u200b\u200e\u200f\u2060\ufeff")


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        help_text=_("Six digits; spaces do not matter."),
        error_messages={"required": _("Type the six digits.")},
        widget=forms.TextInput(
            attrs={
                "inputmode": "numeric",
                "autocomplete": "one-time-code",
                "spellcheck": "false",
                "class": "code-input",
            }
        ),
    )

    def clean_code(self) -> str:
        """Take it as it was pasted: with spaces, dashes, invisible marks, or digits of a wider script."""
        plain = unicodedata.normalize("NFKC", self.cleaned_data["code"]).translate(BETWEEN)
        return "".join(plain.split())


class TypedCode(ConfirmationMethod):
    form = CodeForm
    takes_code = True

    def judge(self, enrollment: Enrollment, proof: Proof, now: datetime) -> Judgement:
        return Judgement.POSSIBLE if CODE.fullmatch(proof.code) else Judgement.MALFORMED
