"""Checks of the branding and the base template."""

from collections.abc import Iterator

from django.core.checks import CheckMessage, Error
from django.core.checks import Warning as Caution
from django.template import TemplateDoesNotExist
from django.template.loader import get_template

from accounts import conf
from accounts.conf import HEX_COLOUR

# WCAG 2.2, 1.4.3: what text on a button needs.
READABLE = 4.5

E050 = Error(
    "ACCOUNT_SECURITY_BASE_TEMPLATE names a template that is not there.",
    hint="Name one of yours that has the blocks `title`, `head` and `content`, or leave the setting out.",
    id="accounts.E050",
)
E051 = Error(
    "ACCOUNT_SECURITY_ACCENT is not a colour.",
    hint="Write it as #rrggbb, such as #0c5a4b.",
    id="accounts.E051",
)
W050 = Caution(
    "White text on ACCOUNT_SECURITY_ACCENT is hard to read.",
    hint="Choose a darker colour: a contrast of 4.5 to 1 or more.",
    id="accounts.W050",
)


def messages() -> Iterator[CheckMessage]:
    try:
        get_template(conf.base_template())
    except TemplateDoesNotExist:
        yield E050
    accent = conf.branding().accent
    if accent and not HEX_COLOUR.fullmatch(accent):
        yield E051
    elif accent and _contrast_with_white(accent) < READABLE:
        yield W050


def _contrast_with_white(colour: str) -> float:
    """Return the contrast ratio by WCAG's formula."""
    parts = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)  # noqa: PLR2004 - sRGB
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)
