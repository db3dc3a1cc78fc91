"""Any type that Auth0 adds later: shown, not touched."""

from django.utils.translation import gettext_lazy as _

from enrollment.kinds.base import Kind, Role

KIND = Kind(
    value="unknown",
    label=_("Unknown kind"),
    role=Role.UNKNOWN,
    removable=False,
    why_not_removable=_("This site does not know this kind of factor, so it leaves it alone."),
    renamable=False,
)
