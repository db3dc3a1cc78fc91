"""A passkey, which signs one in in place of the password."""

from django.utils.translation import gettext_lazy as _

from enrollment.confirmation.passkey import PASSKEY_CEREMONY
from enrollment.kinds.base import Kind, OfferWords, Role

# Passkeys belong to an identity of a database connection; so do these subjects. Whether that connection has
# them on, none of the tenant's switches says: trying tells.
KIND = Kind(
    value="passkey",
    label=_("Passkey"),
    strength=5,
    role=Role.PASSWORDLESS,
    phishing_resistant=True,
    my_account_type="passkey",
    subject_prefix="auth0|",
    confirmation=PASSKEY_CEREMONY,
    phrase=_("a passkey"),
    named_phrase=_("the passkey “%(name)s”"),
    offer=OfferWords(
        title=_("Add a passkey"),
        description=_(
            "Sign in with your fingerprint, face or PIN. Nothing to type, and no fake page can take it."
        ),
        needs=_("Use a device with a screen lock, or a password manager that keeps passkeys."),
        doing=_(
            "Your browser asks where to keep it, then your device asks for your fingerprint, face or PIN."
        ),
    ),
    use=_("Choose it when you sign in."),
    named_by_maker=True,
    syncable=True,
    advised=1,
)
