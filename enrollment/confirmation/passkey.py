"""A passkey's ceremony: the browser's own dialog with an authenticator (WebAuthn)."""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from enrollment.confirmation.base import ConfirmationMethod, Enrollment, Judgement, Proof

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


# What can become of the ceremony, by the names of the browser's exceptions. WebAuthn Level 3, section 5.1.3,
# says when each is thrown; what else browsers throw is known from using them. The last ones are ours: what
# the page finds out before it asks the browser at all, or afterwards.
WORDS: "dict[str, StrOrPromise]" = {
    "NotAllowedError": _(
        "No passkey was created: the dialog was closed, it took too long, or the device did not let it. "
        "Press the button to try again."
    ),
    "InvalidStateError": _(
        "This device or password manager holds a passkey for this account already. Sign in with that one, or "
        "create a new one somewhere else."
    ),
    "NotSupportedError": _(
        "This device cannot create the kind of passkey that is needed. Try another browser, another device, "
        "or a password manager."
    ),
    "SecurityError": _(
        "The browser refused: passkeys for this account belong to another address than this page's. Nothing "
        "that you do here changes that: ask support."
    ),
    "AbortError": _("The browser stopped asking. Press the button to try again."),
    "ConstraintError": _(
        "The device has no screen lock, or none that can be used. Set one up (a PIN, a fingerprint, your "
        "face), then try again."
    ),
    "TimeoutError": _("It took too long. Press the button to try again."),
    "UnknownError": _(
        "The device or password manager reported a problem of its own. Try again, or use another one."
    ),
    "NotReadableError": _("The device could not be read. Unlock it or plug it in again, then try again."),
    "EncodingError": _(
        "The sign-in service's question could not be read. Start again; if that fails, ask support."
    ),
    "TypeError": _(
        "The sign-in service's question could not be read. Start again; if that fails, ask support."
    ),
    "other": _("The browser could not create a passkey. Try again, or use another browser or device."),
    "absent": _(
        "This browser has no passkeys. Use a newer one, or another device; your other ways to sign in still "
        "work."
    ),
    "insecure": _("Passkeys work on secure pages alone. Open this site at its https address."),
    "offline": _("You are offline. Connect again, then press the button."),
    "offline-after": _(
        "You are offline: the passkey is on your device, but this site has not got it yet. Connect again, "
        "then press the button."
    ),
    "asking": _("Your browser is asking you now. Follow what it says."),
    "sending": _("Created. It is being added to your account."),
}
# Auth0 takes an attestation of up to 2,000 characters and client data of up to 1,000.
MAX_CHARACTERS = 8_000
BASE64URL = re.compile(r"[A-Za-z0-9_-]{1,4000}\Z")
# Names of WebAuthn, 5.8.4, and whatever comes to be named like them.
TRANSPORT = re.compile(r"[a-z][a-z-]{0,30}\Z")
ATTACHMENTS = ("platform", "cross-platform")
WRONG = _("The browser's answer could not be read. Try again.")


class PasskeyForm(forms.Form):
    # Filled in by static/enrollment/js/passkey.js.
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
            "transports": [name for name in said.get("transports") or () if _is_transport(name)][:10],
        },
        "clientExtensionResults": {},
    }
    if given.get("authenticatorAttachment") in ATTACHMENTS:
        kept["authenticatorAttachment"] = given["authenticatorAttachment"]
    return kept


def _is_transport(name: Any) -> bool:
    return isinstance(name, str) and TRANSPORT.match(name) is not None


def _text(value: Any) -> str:
    if not isinstance(value, str) or not BASE64URL.match(value):
        raise ValueError("no base64url")
    return value


class PasskeyCeremony(ConfirmationMethod):
    template = "passkey.html"
    title = _("Create the passkey")
    sentence = _("Your browser asks where to keep the passkey.")
    form = PasskeyForm
    needs = frozenset({"passkey_options"})
    takes_ceremony = True
    # A challenge of WebAuthn answers just one proof.
    retriable = False
    # A passkey is made in one go: before it is confirmed, it has no id.
    is_listed_before = False

    def judge(self, enrollment: Enrollment, proof: Proof, now: datetime) -> Judgement:
        return Judgement.POSSIBLE if proof.passkey else Judgement.MISSING

    def judge_refused(self, enrollment: Enrollment, proof: Proof, now: datetime) -> Judgement:
        return Judgement.SPOILT

    def context(self, enrollment: Enrollment, now: datetime) -> dict[str, Any]:
        words = {name: str(sentence) for name, sentence in WORDS.items()}
        return {"options": enrollment.passkey_options, "words": words}


PASSKEY_CEREMONY = PasskeyCeremony()
