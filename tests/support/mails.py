"""The emails that people got: those of a flow that was called directly are delivered first."""

from django.core import mail
from django.core.mail import EmailMessage

from enrollment.audit.delivery import deliver_due


def delivered() -> list[EmailMessage]:
    """Deliver what is due, as the end of a request does; return all that was sent so far."""
    deliver_due()
    box: list[EmailMessage] = mail.outbox
    return box
