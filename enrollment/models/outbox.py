"""Emails to be delivered, as rows: they are committed with what they tell of, and outlive a worker."""

import json
import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from email.utils import parseaddr

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.auth0.encryption import decrypt, encrypt
from enrollment.models.activity import ActivityEvent

# Longer than a mail server with the usual timeout takes, so that nobody else hands over the same.
LEASE = timedelta(minutes=5)
FIRST_RETRY, LAST_RETRY = timedelta(minutes=1), timedelta(days=1)
DOUBLINGS = 11
# What fits the column along with the number.
LONGEST_DOMAIN = 200


class OutboxEmail(models.Model):
    """A notice of a change. It never expires; what it says is deleted once it was sent.

    `next_try_at` is None once it was sent. While somebody is at it, it is when their lease ends.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # None where the trail could not be written: its person is told all the same.
    event = models.OneToOneField(ActivityEvent, models.CASCADE, null=True, related_name="email")
    language = models.CharField(max_length=20)
    # Encrypted JSON: address, subject and body. The address is the one known when the change was made.
    encrypted_message = models.TextField(editable=False)
    message_id = models.CharField(max_length=255, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    sent_at = models.DateTimeField(null=True, editable=False)
    attempts = models.PositiveIntegerField(default=0, editable=False)
    next_try_at = models.DateTimeField(null=True, default=timezone.now, editable=False)
    # A code of ours: a server's own words may repeat the address.
    problem = models.CharField(max_length=20, blank=True, editable=False)

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["next_try_at"], name="outbox_next_try_at")]

    def __str__(self) -> str:
        return f"{self.pk} {self.state or 'waiting'}"

    @property
    def state(self) -> str:
        """`sent`, `failed` so far, or nothing where it has not been tried."""
        return "sent" if self.sent_at else "failed" if self.problem else ""

    @property
    def message(self) -> dict[str, str]:
        """Address (`to`), `subject` and `body`; nothing where the key is gone, or once it was sent."""
        text = decrypt(self.encrypted_message) if self.encrypted_message else None
        found: dict[str, str] = json.loads(text or "{}")
        return found

    # Each of these is one compare-and-set: `attempts` goes up with every claim.

    def claim(self) -> bool:
        """Take it for one attempt, unless somebody else has, or has sent it."""
        now = timezone.now()
        claimed = self._rows().filter(attempts=self.attempts, next_try_at__lte=now)
        if not claimed.update(attempts=self.attempts + 1, next_try_at=now + LEASE):
            return False
        self.attempts += 1
        return True

    def mark_sent(self) -> None:
        """Note that the mail server took it, whoever has claimed it meanwhile."""
        self._rows().update(sent_at=timezone.now(), next_try_at=None, problem="", encrypted_message="")

    def mark_failed(self, problem: str) -> None:
        """Note why not, and try again later: after a minute, two, four and so on, up to a day."""
        later = timezone.now() + min(FIRST_RETRY * 2 ** min(self.attempts - 1, DOUBLINGS), LAST_RETRY)
        self._rows().filter(attempts=self.attempts).update(problem=problem, next_try_at=later)

    def _rows(self) -> models.QuerySet["OutboxEmail"]:
        return OutboxEmail.objects.filter(pk=self.pk, sent_at=None)


def new_email(event: ActivityEvent, language: str, **message: str) -> OutboxEmail:
    """Make a row, not saved yet, with a Message-ID for every attempt."""
    number = uuid.uuid4()
    return OutboxEmail(
        pk=number,
        event=event,
        language=language,
        encrypted_message=encrypt(json.dumps(message)),
        message_id=f"<{number}@{_own_domain()}>",
    )


def _own_domain() -> str:
    """Take the sender's: to ask for this machine's name may take a name server seconds."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    return domain if domain.isascii() and len(domain) <= LONGEST_DOMAIN else "localhost"


def count_unsent() -> int:
    """Count what no mail server has taken yet, due or not."""
    return OutboxEmail.objects.filter(sent_at=None).count()


def due_emails(now: datetime, most: int) -> Iterable[OutboxEmail]:
    """Return what is to be tried, longest due first."""
    return OutboxEmail.objects.filter(next_try_at__lte=now).order_by("next_try_at")[:most]
