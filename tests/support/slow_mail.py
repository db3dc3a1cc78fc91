"""A mail server that takes its time, as a backend of Django's."""

import time
from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.filebased import EmailBackend

SECONDS = 2


class SlowBackend(EmailBackend):
    """Writes into files, as somebody far away."""

    def send_messages(self, messages: Sequence[EmailMessage]) -> int:
        time.sleep(SECONDS)
        return super().send_messages(messages) or 0
