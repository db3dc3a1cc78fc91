"""An app that scans a QR code, and tells the tenant by itself."""

from datetime import datetime
from typing import Any

import segno
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from enrollment.confirmation.base import ConfirmationMethod, Enrollment, Judgement, Proof

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


class Scan(ConfirmationMethod):
    template = "scan.html"
    title = _("Scan with the app")
    sentence = _("Scan the QR code with the app. It tells the sign-in service by itself.")
    needs = frozenset({"barcode_uri"})
    waits = True

    def judge_refused(self, enrollment: Enrollment, proof: Proof, now: datetime) -> Judgement:
        return Judgement.NOT_YET

    def context(self, enrollment: Enrollment, now: datetime) -> dict[str, Any]:
        return {"qr": qr(enrollment.barcode_uri)}


SCAN = Scan()
