"""Hands the outbox to the mail server: each email at least once, and by one process at a time."""

import logging
import time
from datetime import timedelta
from smtplib import SMTPAuthenticationError, SMTPException, SMTPRecipientsRefused

from django.core.mail import EmailMessage
from django.db import DatabaseError
from django.utils import timezone

from enrollment.models.outbox import OutboxEmail, count_unsent, due_emails

logger = logging.getLogger(__name__)

# What one delivery does at most: the rest is for the next one.
MOST_EMAILS = 500
MOST_TIME = timedelta(minutes=2)
UNREADABLE, UNREACHABLE, TIMEOUT = "unreadable", "unreachable", "timeout"
# Most particular first; whatever else a backend raises is `FAILED`.
PROBLEMS: tuple[tuple[type[Exception], str], ...] = (
    (SMTPRecipientsRefused, "recipient-refused"),
    (SMTPAuthenticationError, "login-refused"),
    (TimeoutError, TIMEOUT),
    (SMTPException, "server-refused"),
    (OSError, UNREACHABLE),
)
FAILED = "failed"
# The next email would fare no better, and wait as long.
IN_VAIN = frozenset({UNREACHABLE, TIMEOUT, "login-refused"})


def deliver_due() -> int:
    """Deliver what is due, until time is up or the mail server is down; say how many were sent. Never raises.

    The server gets one twice, with the same Message-ID, where a process died, or lost the database, between
    handing it over and noting that.
    """
    sent, until = 0, time.monotonic() + MOST_TIME.total_seconds()
    try:
        for email in due_emails(timezone.now(), MOST_EMAILS):
            if time.monotonic() > until:
                break
            if email.claim():
                problem = _deliver(email)
                sent += not problem
                if problem in IN_VAIN:
                    break
    except DatabaseError:
        logger.exception("Emails wait in the outbox: the database failed")
    return sent


def is_anything_left() -> bool:
    """Say whether emails wait, due or not. Never raises: with no database to ask, some may."""
    try:
        return count_unsent() > 0
    except DatabaseError:
        return True


def _deliver(email: OutboxEmail) -> str:
    """Hand over what was claimed, and note how that went; return the problem, if there was one."""
    if problem := _hand_over(email):
        email.mark_failed(problem)
    else:
        email.mark_sent()
    return problem


def _hand_over(email: OutboxEmail) -> str:
    message = email.message
    if not message:
        logger.error("The key of email %s is gone: put it into SECRET_KEY_FALLBACKS", email.pk)
        return UNREADABLE
    headers = {"Message-ID": email.message_id, "Content-Language": email.language}
    try:
        EmailMessage(message["subject"], message["body"], to=[message["to"]], headers=headers).send()
    except Exception as error:  # noqa: BLE001 - mail backends raise what they like; it is tried again
        problem = next((code for kind, code in PROBLEMS if isinstance(error, kind)), FAILED)
        # By its type: the server's words may repeat the address.
        logger.warning("Could not send email %s, try %d: %s", email.pk, email.attempts, type(error).__name__)
        return problem
    return ""
