"""A security key: a roaming authenticator (WebAuthn)."""

from django.utils.translation import gettext_lazy as _

from enrollment.kinds.base import Kind, OfferWords, Role

KIND = Kind(
    value="webauthn-roaming",
    label=_("Security key"),
    strength=5,
    role=Role.SECOND_FACTOR,
    independent=True,
    asked_for_alone=True,
    phishing_resistant=True,
    switch="webauthn-roaming",
    ticket="webauthn-roaming",
    phrase=_("a security key"),
    named_phrase=_("the security key “%(name)s”"),
    offer=OfferWords(
        title=_("Add a security key"),
        description=_(
            "A small key that you plug in or tap. Nothing to type, and nothing that a fake page could take."
        ),
        needs=_("Have the key at hand, and know its PIN if it has one."),
        doing=_("You plug it in or hold it to the device, and touch it when it blinks."),
    ),
    advised=2,
    spare=True,
)
