"""QR codes for apps, drawn as SVG."""

import segno
from django.utils.safestring import SafeString, mark_safe

# ISO/IEC 18004 asks for a margin of four modules, white like the rest of what is not ink: in dark mode too.
MARGIN = 4


def qr(uri: str) -> SafeString:
    """Draw a QR code as SVG, without a style attribute: the site's policy blocks those."""
    code = segno.make(uri, error="m", micro=False)
    drawn = code.svg_inline(
        border=MARGIN, omitsize=True, svgclass=None, lineclass=None, dark="#000", light="#fff"
    )
    # Drawn from squares alone: nothing of the address is in it as text.
    return mark_safe(drawn)  # noqa: S308
