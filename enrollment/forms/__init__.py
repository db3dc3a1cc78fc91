"""What people type on the pages of enrollment."""

from enrollment.forms.code import CodeForm
from enrollment.forms.email import EmailForm
from enrollment.forms.passkey import PasskeyForm
from enrollment.forms.phone import PhoneForm
from enrollment.forms.rename import RenameForm

__all__ = ["CodeForm", "EmailForm", "PasskeyForm", "PhoneForm", "RenameForm"]
