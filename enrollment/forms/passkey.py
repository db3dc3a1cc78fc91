"""What the browser's ceremony gave, as `navigator.credentials.create` answers (WebAuthn, 5.1.3)."""

import json
import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

# Auth0 takes an attestation of up to 2,000 characters and client data of up to 1,000.
MAX_CHARACTERS = 8_000
BASE64URL = re.compile(r"[A-Za-z0-9_-]{1,4000}\Z")
# Names of WebAuthn, 5.8.4, and whatever comes to be named like them.
TRANSPORT = re.compile(r"[a-z][a-z-]{0,30}\Z")
ATTACHMENTS = ("platform", "cross-platform")
WRONG = _("The browser's answer could not be read. Try again.")


class PasskeyForm(forms.Form):
    # Filled in by static/js/enroll/passkey.js.
    credential = forms.CharField(max_length=MAX_CHARACTERS, widget=forms.HiddenInput, error_messages={})

    def clean_credential(self) -> dict[str, Any]:
        """Keep the members that Auth0 knows: it refuses every other, and browsers add some."""
        try:
            return _credential(json.loads(self.cleaned_data["credential"]))
        except (ValueError, TypeError, LookupError, RecursionError):
            raise forms.ValidationError(WRONG, code="unreadable") from None


def _credential(given: Any) -> dict[str, Any]:
    if not isinstance(given, Mapping) or given["type"] != "public-key":
        raise ValueError("no credential")
    said = given["response"]
    kept: dict[str, Any] = {
        "id": _text(given["id"]),
        "rawId": _text(given["rawId"]),
        "type": "public-key",
        "response": {
            "clientDataJSON": _text(said["clientDataJSON"]),
            "attestationObject": _text(said["attestationObject"]),
            "transports": [way for way in said.get("transports") or () if _is_transport(way)][:10],
        },
        "clientExtensionResults": {},
    }
    if given.get("authenticatorAttachment") in ATTACHMENTS:
        kept["authenticatorAttachment"] = given["authenticatorAttachment"]
    return kept


def _is_transport(way: Any) -> bool:
    return isinstance(way, str) and TRANSPORT.match(way) is not None


def _text(value: Any) -> str:
    if not isinstance(value, str) or not BASE64URL.match(value):
        raise ValueError("no base64url")
    return value
