"""A code that was sent to a phone or a mailbox."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from enrollment.confirmation.base import Enrollment
from enrollment.confirmation.typed_code import TypedCode


class SentCode(TypedCode):
    template = "code.html"
    title = _("Type the code")
    sentence = _("A code is on its way to you. Type it here.")
    may_resend = True

    def context(self, enrollment: Enrollment, now: datetime) -> dict[str, Any]:
        return {"cooling": enrollment.resend_at is not None and now < enrollment.resend_at}


SENT_CODE = SentCode()
