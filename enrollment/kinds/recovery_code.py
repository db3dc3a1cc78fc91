"""A recovery code, which stands in for a second factor once."""

from django.utils.translation import gettext_lazy as _

from enrollment.kinds.base import Kind, Role

KIND = Kind(
    value="recovery-code",
    label=_("Recovery code"),
    role=Role.RECOVERY,
    removable=False,
    why_not_removable=_("A recovery code cannot be removed. Make a new one, and the old one stops working."),
    renamable=False,
    switch="recovery-code",
    dependent_switch=True,
    my_account_type="recovery-code",
)
