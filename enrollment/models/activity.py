"""The audit trail: what was done to whose factors, by whom, how it went; rows are only ever added."""

from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from enrollment.audit.events import Action, Outcome, event_sentence


class AppendOnlyError(TypeError):
    """Somebody tried to change or delete a row of the audit trail."""

    def __init__(self) -> None:
        super().__init__("The audit trail is append-only.")


class ActivityQuerySet(models.QuerySet["ActivityEvent"]):
    def of(self, user: Any) -> "ActivityQuerySet":
        """The rows about one person, latest first."""
        return self.filter(subject=user)

    def update(self, **_kwargs: Any) -> NoReturn:
        raise AppendOnlyError

    def delete(self) -> NoReturn:
        raise AppendOnlyError

    def bulk_update(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        raise AppendOnlyError


class ActivityEvent(models.Model):
    """One row. Names and addresses in it are masked; it holds no secret, code, token or link."""

    at = models.DateTimeField(_("when"), default=timezone.now, editable=False)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("done by"),
    )
    actor_label = models.CharField(_("done by (name)"), max_length=255, blank=True)
    subject = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="activity",
        verbose_name=_("whose account"),
    )
    subject_label = models.CharField(_("whose account (name)"), max_length=255, blank=True)
    action = models.CharField(_("action"), max_length=40, choices=Action)
    factor_kind = models.CharField(_("factor kind"), max_length=40, blank=True)
    factor_name = models.CharField(_("factor name"), max_length=120, blank=True)
    # By it the same change is recognised in the tenant's own log.
    factor_id = models.CharField(_("factor id"), max_length=120, blank=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome)
    code = models.CharField(_("why not"), max_length=60, blank=True)
    reason = models.CharField(_("reason given"), max_length=300, blank=True)
    ip = models.GenericIPAddressField(_("IP address"), null=True, blank=True)
    user_agent = models.CharField(_("browser"), max_length=300, blank=True)
    source = models.CharField(_("from"), max_length=10)

    objects = ActivityQuerySet.as_manager()

    class Meta:
        ordering = ("-at", "-pk")
        verbose_name = _("activity")
        verbose_name_plural = _("activity")
        # There is nothing else to permit: rows are written by flows, and nobody changes or deletes one.
        default_permissions = ("view",)
        permissions = (("support_factors", "Can help other people with their factors"),)
        indexes = [
            models.Index(fields=["subject", "-at"], name="activity_subject_at"),
            models.Index(fields=["-at"], name="activity_at"),
            models.Index(fields=["action", "-at"], name="activity_action_at"),
        ]

    def __str__(self) -> str:
        return self.sentence

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnlyError
        # Otherwise a new row that is given an old one's number would overwrite it.
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        raise AppendOnlyError

    @property
    def sentence(self) -> str:
        """Say what happened, for people: "Removed Authenticator app “Pixel”"."""
        return event_sentence(self.action, self.outcome, self.factor_kind, self.factor_name)

    @property
    def by_somebody_else(self) -> bool:
        return self.actor_id is None or self.actor_id != self.subject_id
