"""Codes of an authenticator app (RFC 6238)."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from enrollment.confirmation.app_code import APP_CODE
from enrollment.kinds.base import Kind, OfferWords, Role

KIND = Kind(
    value="totp",
    label=_("Authenticator app"),
    strength=3,
    role=Role.SECOND_FACTOR,
    independent=True,
    asked_for_alone=True,
    in_an_app=True,
    switch="otp",
    ticket="otp",
    my_account_type="totp",
    log_names=("otp",),
    confirmation=APP_CODE,
    phrase=_("a code from an authenticator app"),
    named_phrase=_("a code from the app “%(name)s”"),
    offer=OfferWords(
        title=_("Add an authenticator app"),
        description=_(
            "Six digits from an app on your phone. Any authenticator app will do, and it needs no network."
        ),
        needs=_("Have your phone at hand, with an authenticator app on it."),
        doing=_("You scan a picture with the app, then type the six digits that it shows."),
    ),
    use=_("When you are asked for a code, open the app and type what it shows."),
    # The kind's label would not fit in every language.
    default_name=pgettext_lazy("name, up to 18 characters", "Authenticator app"),
    advised=4,
    spare=True,
)
