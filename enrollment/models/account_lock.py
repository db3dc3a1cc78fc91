"""Locked accounts: since when nobody may change somebody's ways of signing in, and until when."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

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


def is_locked(sub: str) -> bool:
    """Say whether the account of this subject is locked, as the database has it now."""
    return AccountLock.objects.filter(subject__in=pks_with_subject(sub), ended_at=None).exists()


def lock_account(user: Any) -> None:
    """Lock an account. One that is locked stays so, and what was proved up to now is void as well."""
    now = timezone.now()
    if not AccountLock.objects.filter(subject=user, ended_at=None).update(locked_at=now):
        AccountLock.objects.get_or_create(subject=user, ended_at=None, defaults={"locked_at": now})


def release_lock(row: AccountLock) -> bool:
    """End a lock, and say whether it was this call that did; one made anew meanwhile stays in force."""
    in_force = AccountLock.objects.filter(pk=row.pk, ended_at=None, locked_at=row.locked_at)
    return in_force.update(ended_at=timezone.now()) == 1
