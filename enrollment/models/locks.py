"""Locked accounts, since when and until when; and the short lease on one change of an account at a time."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.auth0.errors import Certainty, Problem, TenantError
from accounts.identity import pks_with_subject


class AccountLock(models.Model):
    """One lock; the one without an end is in force, and there is one of these at most."""

    subject = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    locked_at = models.DateTimeField(_("frozen"), default=timezone.now)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("freeze")
        verbose_name_plural = _("freezes")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["subject"], condition=models.Q(ended_at=None), name="one_freeze_in_force"
            )
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.locked_at:%Y-%m-%d %H:%M}"


def current_lock(user: Any) -> AccountLock | None:
    """Return the lock in force, as the database has it now."""
    return AccountLock.objects.filter(subject=user, ended_at=None).first()


def locks_of(user: Any) -> list[AccountLock]:
    """Return every lock there has been, the one in force among them, as the database has it now."""
    return list(AccountLock.objects.filter(subject=user))


def hold_locks(user: Any) -> None:
    """Keep others from passing here for the same account, until the transaction ends."""
    list(AccountLock.objects.select_for_update().filter(subject=user).values_list("pk"))


def is_locked(sub: str) -> bool:
    """Say whether the account of this subject is locked, as the database has it now."""
    return AccountLock.objects.filter(subject__in=pks_with_subject(sub), ended_at=None).exists()


def lock_account(user: Any) -> None:
    """Lock an account. One that is locked stays so, and what was proved up to now is void as well."""
    now = timezone.now()
    if not AccountLock.objects.filter(subject=user, ended_at=None).update(locked_at=now):
        AccountLock.objects.get_or_create(subject=user, ended_at=None, defaults={"locked_at": now})


def release_lock(row: AccountLock) -> bool:
    """End a lock, and say whether it was this call that did; one made again meanwhile stays in force."""
    in_force = AccountLock.objects.filter(pk=row.pk, ended_at=None, locked_at=row.locked_at)
    return in_force.update(ended_at=timezone.now()) == 1


# Longer than one call to the tenant takes; renewed before each write, since a change makes several.
LEASE = timedelta(seconds=30)


class LeaseTakenError(Exception):
    """Somebody else is changing the account, until `held_until` at most if they died."""

    def __init__(self, held_until: datetime) -> None:
        super().__init__(held_until)
        self.held_until = held_until


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
def change_lease(subject: Any, *, seize: bool = False) -> Iterator[None]:
    """Hold the lease on an account, or raise `LeaseTakenError`; it ends with the block.

    With `seize`, whoever holds it loses it instead, and ends before their next write.
    """
    lease = _acquire(subject.pk, seize=seize)
    token = _held.set(lease)
    try:
        yield
    finally:
        _held.reset(token)
        _mine(lease).update(held_until=timezone.now())


def renew_lease() -> None:
    """Extend the lease held here, if there is one; raise `LeaseTakenError` where it was lost."""
    lease = _held.get()
    held_until = timezone.now() + LEASE
    if lease is not None and not _mine(lease).update(held_until=held_until):
        raise LeaseTakenError(held_until)


def _acquire(subject_id: Any, *, seize: bool) -> ChangeLease:
    now = timezone.now()
    lease = ChangeLease(subject_id=subject_id, held_until=now + LEASE)
    terms = {"holder": lease.holder, "held_until": lease.held_until}
    rows = ChangeLease.objects.filter(subject_id=subject_id)
    if (rows if seize else rows.filter(held_until__lte=now)).update(**terms):
        return lease
    row, is_new = ChangeLease.objects.get_or_create(subject_id=subject_id, defaults=terms)
    if not is_new:
        raise LeaseTakenError(row.held_until)
    return lease


def _mine(lease: ChangeLease) -> models.QuerySet[ChangeLease]:
    return ChangeLease.objects.filter(subject_id=lease.subject_id, holder=lease.holder)


def check_not_locked(sub: str, outcome: Certainty = Certainty.NOT_DONE) -> None:
    """Raise `TenantError` where somebody has said "this wasn't me": as the database has it now."""
    if is_locked(sub):
        raise TenantError(Problem.LOCKED, outcome)


def check_before_write(sub: str) -> None:
    """Refuse a locked account, and renew the lease; raises `LeaseTakenError` where that was lost."""
    check_not_locked(sub)
    renew_lease()
