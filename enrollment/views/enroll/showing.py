"""What the step of each way shows: a QR code, a key to type, words for a ceremony, where the code went."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import segno
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from accounts.models import User
from enrollment.models import PendingEnrollment
from enrollment.pending import Way
from enrollment.views.enroll.ceremony import WORDS

GROUP = 4
# ISO/IEC 18004 asks for a margin of four modules, white like the rest of what is not ink: in dark mode too.
MARGIN = 4


def shown(row: PendingEnrollment, person: User) -> dict[str, Any]:
    """Return what the page of a step needs besides the row."""
    if row.way is Way.APP_CODE:
        return {"qr": qr(row.barcode_uri), "groups": groups(key_of(row)), "uri": app_link(row)}
    if row.way is Way.SCAN:
        return {"qr": qr(row.barcode_uri), "status_url": status_url(row)}
    if row.way is Way.CEREMONY:
        words = {name: str(sentence) for name, sentence in WORDS.items()}
        return {"options": row.passkey_options, "words": words, "person": person}
    return {"cooling": row.resend_at is not None and timezone.now() < row.resend_at}


def qr(uri: str) -> SafeString:
    """Draw a QR code as SVG, without a style attribute: the site's policy blocks those."""
    code = segno.make(uri, error="m", micro=False)
    drawn = code.svg_inline(
        border=MARGIN, omitsize=True, svgclass=None, lineclass=None, dark="#000", light="#fff"
    )
    # Drawn from squares alone: nothing of the address is in it as text.
    return mark_safe(drawn)  # noqa: S308


def key_of(row: PendingEnrollment) -> str:
    """Return the key to type by hand; Auth0 may leave it out, and then it is in the address."""
    if row.manual_code:
        return row.manual_code
    return parse_qs(urlsplit(row.barcode_uri).query).get("secret", [""])[0]


def groups(key: str) -> list[str]:
    """Split for the eye; the groups are spaced by style, so that what is copied is the key itself."""
    return [key[start : start + GROUP] for start in range(0, len(key), GROUP)]


def app_link(row: PendingEnrollment) -> str:
    """Return the address that opens an authenticator app on the very phone that shows it; no other scheme."""
    return row.barcode_uri if row.barcode_uri.startswith("otpauth:") else ""


def status_url(row: PendingEnrollment) -> str:
    return reverse("enrollment:pending-status", args=[row.factor_kind, row.pk])
