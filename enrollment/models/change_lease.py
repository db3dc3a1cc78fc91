"""One change of an account at a time: a short lease on it, in the database that all processes share."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone

# Longer than one call to the tenant takes; renewed before each write, since a change makes several.
LEASE = timedelta(seconds=30)


class LeaseTakenError(Exception):
    """Somebody else is changing the account."""


class ChangeLease(models.Model):
    """A row an account; a worker that died loses its lease once `held_until` has passed."""

    subject = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+"
    )
    holder = models.UUIDField(default=uuid.uuid4, editable=False)
    held_until = models.DateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.subject_id} {self.held_until:%Y-%m-%d %H:%M:%S}"


_held: ContextVar[ChangeLease | None] = ContextVar("held_lease", default=None)


@contextmanager
def change_lease(subject: Any) -> Iterator[None]:
    """Hold the lease on an account, or raise `LeaseTakenError`; it ends with the block."""
    lease = _acquire(subject.pk)
    token = _held.set(lease)
    try:
        yield
    finally:
        _held.reset(token)
        _mine(lease).update(held_until=timezone.now())


def renew_lease() -> None:
    """Extend the lease held here, if there is one; raise `LeaseTakenError` where it was lost."""
    lease = _held.get()
    if lease is not None and not _mine(lease).update(held_until=timezone.now() + LEASE):
        raise LeaseTakenError


def _acquire(subject_id: Any) -> ChangeLease:
    now = timezone.now()
    lease = ChangeLease(subject_id=subject_id, held_until=now + LEASE)
    terms = {"holder": lease.holder, "held_until": lease.held_until}
    rows = ChangeLease.objects.filter(subject_id=subject_id)
    if rows.filter(held_until__lte=now).update(**terms):
        return lease
    if not ChangeLease.objects.get_or_create(subject_id=subject_id, defaults=terms)[1]:
        raise LeaseTakenError
    return lease


def _mine(lease: ChangeLease) -> models.QuerySet[ChangeLease]:
    return ChangeLease.objects.filter(subject_id=lease.subject_id, holder=lease.holder)
