"""Changes as they are made: written down before the tenant is called, settled when their end is known.

The trail beside them (`ActivityEvent`) gets its rows from the settling, in one transaction.
"""

import json
import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.auth0.encryption import decrypt, encrypt
from enrollment.account.settlement import Expected
from enrollment.models.activity import ActivityEvent, ChangeRecord


class OperationState(StrEnum):
    """`UNKNOWN` is open until `settled_at`: the tenant's list may yet tell."""

    BEGUN = "begun"
    DONE = "done"
    REFUSED = "refused"
    NOT_DONE = "not_done"
    UNKNOWN = "unknown"


class OperationQuerySet(models.QuerySet["Operation"]):
    def open(self) -> "OperationQuerySet":
        return self.filter(settled_at=None)

    def due(self, now: datetime) -> "OperationQuerySet":
        """Those that nobody is at any more, and that are not tried again; parts come before their whole."""
        silent = models.Q(state=OperationState.UNKNOWN) | models.Q(busy_until__lte=now)
        return self.open().filter(silent, retry_at=None).select_related("actor").order_by("-begun_at")


class Operation(ChangeRecord):
    """One change. A part, as each removal of a reset is, is told with its whole."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    state = models.CharField(max_length=8, default=OperationState.BEGUN.value)
    code = models.CharField(max_length=60, blank=True)
    encrypted_expected = models.TextField(blank=True, editable=False)
    # Whether its person gets an email about it.
    told = models.BooleanField(default=True)
    part_of = models.ForeignKey("self", models.CASCADE, null=True, related_name="parts")
    # The row of the trail that says how it ended.
    event = models.ForeignKey(ActivityEvent, models.SET_NULL, null=True, related_name="+")
    begun_at = models.DateTimeField(default=timezone.now, editable=False)
    # Until then a call made for it may still be carried out.
    busy_until = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    # From then on an idempotent one is tried again; null where that is nobody's to do but the person's.
    retry_at = models.DateTimeField(null=True)

    objects = OperationQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(fields=["subject"], condition=models.Q(settled_at=None), name="operation_open"),
            models.Index(fields=["settled_at"], name="operation_settled_at"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.state}"

    @property
    def expected(self) -> Expected:
        """What the list shows once it is done. Nothing where the key is gone."""
        return Expected.load(json.loads(decrypt(self.encrypted_expected) or "{}"))

    def is_settled_undone(self) -> bool:
        """Whether it is over, as the database has it now, and was not done."""
        settled = Operation.objects.filter(pk=self.pk, settled_at__isnull=False)
        return settled.exclude(state=OperationState.DONE).exists()

    def close(self, state: OperationState, code: str, event: ActivityEvent | None, *, final: bool) -> bool:
        """Settle it unless somebody else has; say whether it was this call that did.

        What is done stays so. Whoever saw it done is right also where a list has said otherwise before.
        """
        rows = Operation.objects.filter(pk=self.pk)
        rows = (
            rows.exclude(state=OperationState.DONE)
            if state is OperationState.DONE
            else rows.filter(settled_at=None, state=self.state)
        )
        now = timezone.now() if final else None
        facts: dict[str, Any] = {"state": state.value, "code": code[:60], "settled_at": now}
        if event is not None:
            facts["event"] = event
        closed = rows.update(**facts) == 1
        if closed:
            self.state, self.settled_at, self.event = state.value, now, facts.get("event", self.event)
        return closed


def encrypt_expected(expected: Expected) -> str:
    return encrypt(json.dumps(expected.dump()))
