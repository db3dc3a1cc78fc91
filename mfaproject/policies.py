"""What the browser is told that a page may do (OWASP Secure Headers Project)."""

from typing import Any

from csp.constants import NONE, SELF

# All that a page could be tricked into asking for is off; passkeys are what the site is about.
PERMISSIONS_POLICY: dict[str, str | list[str]] = {
    **{feature: [] for feature in ("camera", "geolocation", "microphone", "payment", "usb")},
    "publickey-credentials-create": "self",
    "publickey-credentials-get": "self",
}


def content_security_policy(*form_targets: str) -> dict[str, Any]:
    """Allow this site alone, and these origins for its forms to end up at."""
    return {
        "DIRECTIVES": {
            "default-src": [NONE],
            "script-src": [SELF],
            "style-src": [SELF],
            "img-src": [SELF, "data:"],
            "font-src": [SELF],
            "connect-src": [SELF],
            "manifest-src": [SELF],
            "base-uri": [NONE],
            "object-src": [NONE],
            "frame-ancestors": [NONE],
            "form-action": [SELF, *form_targets],
        },
    }
