"""The fingerprint, face or PIN of one device: a platform authenticator (WebAuthn)."""

from django.utils.translation import gettext_lazy as _

from enrollment.kinds.base import Kind, OfferWords, Role

# A person may well keep it as the only factor; the tenant may not offer it as the only one.
KIND = Kind(
    value="webauthn-platform",
    label=_("Fingerprint or face on a device"),
    strength=5,
    role=Role.SECOND_FACTOR,
    independent=True,
    phishing_resistant=True,
    switch="webauthn-platform",
    dependent_switch=True,
    ticket="webauthn-platform",
    phrase=_("a fingerprint or face on a device"),
    named_phrase=_("the fingerprint or face on “%(name)s”"),
    offer=OfferWords(
        title=_("Add the fingerprint or face of this device"),
        description=_(
            "The fingerprint, face or screen lock of the device in your hands. It works on this device alone."
        ),
        needs=_("Use the device that you want to sign in with, and have its screen lock set up."),
        doing=_("The device asks for your fingerprint, your face or its PIN."),
    ),
    advised=3,
)
