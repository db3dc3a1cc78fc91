"""The password of a database connection."""

from django.utils.translation import gettext_lazy as _

from enrollment.kinds.base import Kind, Role

KIND = Kind(
    value="password",
    label=_("Password"),
    role=Role.PASSWORD,
    removable=False,
    why_not_removable=_("A password can be changed, but not removed."),
    renamable=False,
    subject_prefix="auth0|",
    phrase=_("the password"),
)
