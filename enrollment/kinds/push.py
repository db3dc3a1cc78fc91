"""A push notification to the Auth0 Guardian app."""

from django.utils.translation import gettext_lazy as _

from enrollment.confirmation.scan import SCAN
from enrollment.kinds import totp
from enrollment.kinds.base import Kind, OfferWords, Role

KIND = Kind(
    value="push",
    label=_("Push notification"),
    strength=4,
    role=Role.SECOND_FACTOR,
    independent=True,
    asked_for_alone=True,
    in_an_app=True,
    switch="push-notification",
    ticket="push-notification",
    my_account_type="push-notification",
    other_types=("guardian",),  # the older name
    log_names=("push-notification", "pn"),
    confirmation=SCAN,
    labels_with={totp.KIND.value: _("Push notification and codes in an app")},
    phrase=_("a push notification"),
    named_phrase=_("a push notification on “%(name)s”"),
    offer=OfferWords(
        title=_("Add push notifications"),
        description=_(
            "Your phone asks whether it is you; you say yes or no. Without a network, it gives you codes."
        ),
        needs=_("Have your phone at hand, with the Auth0 Guardian app on it."),
        doing=_("You scan a picture with the app, and from then on it asks you."),
        caveat=_("Say yes only when you are signing in yourself: somebody else may be trying to."),
    ),
    use=_("When you are asked for it, the app asks whether it is you."),
    advised=5,
    spare=True,
)
