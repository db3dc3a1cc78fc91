"""The verified address of the account itself."""

from django.utils.translation import gettext_lazy as _

from enrollment.kinds.base import Kind, Role

KIND = Kind(
    value="email-verification",
    label=_("Verified e-mail address"),
    role=Role.ACCOUNT,
    removable=False,
    why_not_removable=_(
        "The verified e-mail address belongs to the account itself and cannot be removed as a factor."
    ),
    renamable=False,
)
