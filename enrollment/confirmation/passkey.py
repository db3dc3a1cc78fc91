"""What can become of a passkey's ceremony, in words: the names are those of the browser's exceptions.

WebAuthn Level 3, section 5.1.3, says when each is thrown; what else browsers throw is known from using them.
The last ones are ours: what the page finds out before it asks the browser at all, or afterwards.
"""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


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
