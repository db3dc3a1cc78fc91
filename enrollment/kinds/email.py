"""A code by email."""

from django.utils.translation import gettext_lazy as _

from enrollment.confirmation.sent_code import SENT_CODE
from enrollment.kinds.base import Kind, OfferWords, Role, SentTo

KIND = Kind(
    value="email",
    label=_("E-mail"),
    strength=1,
    role=Role.SECOND_FACTOR,
    interceptable=True,
    switch="email",
    dependent_switch=True,
    my_account_type="email",
    confirmation=SENT_CODE,
    sent_to=SentTo.EMAIL,
    phrase=_("a code sent by email"),
    named_phrase=_("a code sent to the mailbox “%(name)s”"),
    offer=OfferWords(
        title=_("Add an e-mail address"),
        description=_("A code by e-mail. Only as safe as the mailbox, so it is a spare and nothing more."),
        needs=_("Be able to read your mail now."),
        doing=_("You give the address, receive a code, and type it."),
        caveat=_("Whoever reads your mail gets your codes."),
    ),
    use=_("When you are asked for a code, it can come to this address."),
)
