"""A code by text message or call."""

from django.utils.translation import gettext_lazy as _

from enrollment.confirmation.sent_code import SENT_CODE
from enrollment.kinds.base import Channel, Kind, OfferWords, Role, SentTo

KIND = Kind(
    value="phone",
    label=_("Phone"),
    strength=2,
    role=Role.SECOND_FACTOR,
    independent=True,
    asked_for_alone=True,
    interceptable=True,
    switch="sms",
    ticket="phone",
    my_account_type="phone",
    log_names=("sms", "voice", "phone-number"),
    confirmation=SENT_CODE,
    sent_to=SentTo.PHONE,
    channels={
        "sms": Channel(
            name=_("text message"),
            choice=_("Text message"),
            on_its_way=_("A text message with six digits is on its way to %(address)s."),
            reaches_landlines=False,
        ),
        "voice": Channel(
            name=_("call"),
            choice=_("Call, with a voice that reads the code out"),
            on_its_way=_("A call is on its way to %(address)s: a voice reads six digits out."),
        ),
    },
    phrase=_("a code sent to a phone"),
    named_phrase=_("a code sent to the phone “%(name)s”"),
    offer=OfferWords(
        title=_("Add a phone number"),
        description=_(
            "A code by text message or call. Easy to set up, and the easiest to intercept: better as a spare."
        ),
        needs=_("Have the phone at hand, and reception."),
        doing=_("You give the number, receive a code, and type it."),
        caveat=_(
            "Somebody who talks your phone company into moving your number to their SIM card gets your "
            "codes. An app or a key cannot be taken like that."
        ),
    ),
    use=_("When you are asked for a code, it comes to this phone."),
    advised=6,
    spare=True,
)
