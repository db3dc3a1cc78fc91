"""Enrollments under way, as rows, secrets encrypted: they survive a reload, another worker and a restart."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.auth0.encryption import decrypt, encrypt
from enrollment.confirmation.base import ConfirmationMethod
from enrollment.kinds.base import Kind
from enrollment.kinds.registry import kind_named
from enrollment.pending.messages import StateMessage, message_for
from enrollment.pending.state_machine import MAX_ATTEMPTS, OPEN_STATES, RESEND_COOL_DOWN, State

Secrets = dict[str, Any]


class PendingEnrollment(models.Model):
    """One enrollment. `secrets` is empty once it is over; `orphans` are methods of its that nobody needs.

    States change by compare-and-set in `enrollment/flows/enroll/`, never by `save()`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    kind = models.CharField(_("kind"), max_length=40)
    state = models.CharField(_("state"), max_length=12, default=State.STARTING.value)
    # Encrypted JSON: Auth0's id, Location, auth_session, and what the page has to show.
    encrypted_secrets = models.TextField(blank=True, editable=False)
    # Encrypted JSON: ids of unconfirmed methods at the tenant that are to go, and of those that went.
    encrypted_orphans = models.TextField(blank=True, editable=False)
    # Encrypted: the id of the confirmed method.
    encrypted_factor_id = models.TextField(blank=True, editable=False)
    address = models.CharField(_("address, masked"), max_length=80, blank=True)
    channel = models.CharField(_("sent by"), max_length=10, blank=True)
    name = models.CharField(_("name"), max_length=40, blank=True)
    problem = models.CharField(_("why not"), max_length=60, blank=True)
    attempts = models.PositiveSmallIntegerField(_("wrong codes"), default=0)
    sends = models.PositiveSmallIntegerField(_("codes sent again"), default=0)
    started_at = models.DateTimeField(default=timezone.now, editable=False)
    sent_at = models.DateTimeField(null=True, editable=False)
    expires_at = models.DateTimeField()
    updated_at = models.DateTimeField(default=timezone.now, editable=False)
    # Goes up with every change, so that whoever changes a row that somebody else has changed finds out.
    version = models.PositiveIntegerField(default=0, editable=False)
    # Until then a worker is at it.
    lease_until = models.DateTimeField(null=True, editable=False)
    # From then on, what it left behind at the tenant is to be cleaned up; null where that is nothing.
    clean_up_at = models.DateTimeField(null=True, editable=False)
    # When the person was told that the factor was added.
    notified_at = models.DateTimeField(null=True, editable=False)
    # A recovery code goes with the first second factor, and has not been made yet.
    recovery_code_due = models.BooleanField(default=False, editable=False)

    # Whether time has caught up with it; `enrollment.pending.repository` marks what it reads.
    is_due: bool = False

    class Meta:
        ordering = ("-started_at",)
        default_permissions = ()
        verbose_name = _("enrollment under way")
        verbose_name_plural = _("enrollments under way")
        constraints = [
            # One of a kind at a time: the limit on open enrollments, and what a second tab runs into.
            models.UniqueConstraint(
                fields=["subject", "kind"],
                condition=models.Q(state__in=[str(state) for state in OPEN_STATES]),
                name="one_live_enrollment_of_a_kind",
            )
        ]
        indexes = [
            models.Index(fields=["state", "expires_at"], name="enrollment_state_expires"),
            models.Index(fields=["clean_up_at"], name="enrollment_clean_up"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"

    @property
    def status(self) -> State:
        return State(self.state)

    @property
    def factor_kind(self) -> Kind:
        return kind_named(self.kind)

    @property
    def confirmation(self) -> ConfirmationMethod:
        if (confirmation := self.factor_kind.confirmation) is None:
            raise ValueError(f"{self.kind} is not added in the page")
        return confirmation

    @property
    def shown(self) -> StateMessage:
        """What a page says and offers."""
        return message_for(self.status, self.confirmation)

    @property
    def on_its_way(self) -> str:
        """Say how and where a code was sent; nothing where there is but one way for it to travel."""
        channel = self.factor_kind.channels.get(self.channel)
        return str(channel.on_its_way) % {"address": self.address} if channel else ""

    @property
    def is_live(self) -> bool:
        return self.status in OPEN_STATES

    @property
    def attempts_left(self) -> int:
        return max(0, MAX_ATTEMPTS - self.attempts)

    @property
    def resend_at(self) -> datetime | None:
        """From when another code may be asked for; None where none was sent."""
        return self.sent_at + RESEND_COOL_DOWN if self.sent_at else None

    def is_expired(self, now: datetime) -> bool:
        return now >= self.expires_at

    def is_leased(self, now: datetime) -> bool:
        return self.lease_until is not None and now < self.lease_until

    # What is encrypted. What was encrypted with a key that is gone reads as nothing.

    @property
    def secrets(self) -> Secrets:
        return _decrypt_json(self.encrypted_secrets)

    @property
    def barcode_uri(self) -> str:
        return str(self.secrets.get("barcode_uri") or "")

    @property
    def manual_code(self) -> str:
        return str(self.secrets.get("manual_code") or "")

    @property
    def passkey_options(self) -> dict[str, Any] | None:
        options: dict[str, Any] | None = self.secrets.get("passkey_options")
        return options

    @property
    def orphans(self) -> tuple[str, ...]:
        return tuple(_decrypt_json(self.encrypted_orphans).get("ids", ()))

    @property
    def discarded(self) -> tuple[str, ...]:
        """Ids of methods that never became factors and are gone: the tenant noted each as a removal."""
        return tuple(_decrypt_json(self.encrypted_orphans).get("gone", ()))

    def encrypt_orphans(self, orphans: Iterable[str], gone: Iterable[str] = ()) -> str:
        """Encrypt which methods are to go, and which went, beside those before."""
        lists = {"ids": list(orphans), "gone": list(dict.fromkeys((*self.discarded, *gone)))}
        return encrypt_json({name: ids for name, ids in lists.items() if ids})

    @property
    def factor_id(self) -> str:
        """The id of the factor that came of it."""
        return decrypt(self.encrypted_factor_id) or "" if self.encrypted_factor_id else ""


def encrypt_json(secrets: Secrets) -> str:
    """Encrypt what a row keeps."""
    return encrypt(json.dumps(secrets)) if secrets else ""


def _decrypt_json(text: str) -> Secrets:
    found: Secrets = json.loads((decrypt(text) if text else None) or "{}")
    return found
