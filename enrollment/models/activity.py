"""The audit trail: what was done to whose factors, by whom, how it went; rows are only ever added."""

from typing import TYPE_CHECKING, Any, NoReturn

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from enrollment.kinds.registry import kind_of_type

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


# The code of a factor that was added at the tenant while its account was locked.
WHILE_LOCKED = "while-locked"


class Action(models.TextChoices):
    FACTOR_ADDED = "factor:added", _("Factor added")
    FACTOR_REMOVED = "factor:removed", _("Factor removed")
    FACTOR_RENAMED = "factor:renamed", _("Factor renamed")
    FACTORS_RESET = "factors:reset", _("All factors removed")
    RECOVERY_CODE_MADE = "recovery-code:made", _("New recovery code")
    RECOVERY_CODE_SAVED = "recovery-code:saved", _("Recovery code saved")
    LINK_MADE = "link:made", _("Enrollment link")
    PASSWORD_LINK_SENT = "password:link-sent", _("Link to change the password")
    BROWSERS_FORGOTTEN = "browsers:forgotten", _("Remembered browsers forgotten")
    ALARM_RAISED = "alarm:raised", _("“This wasn't me”")
    LOCKED = "account:frozen", _("Changes frozen")
    UNLOCKED = "account:unfrozen", _("Changes possible again")
    SITE_SESSIONS_ENDED = "sessions:ended", _("Signed out of this site elsewhere")
    TENANT_SESSIONS_ENDED = "tenant-sessions:ended", _("Signed out of the sign-in service")
    TOKENS_REVOKED = "tokens:revoked", _("Lasting permissions of apps ended")
    SESSION_ENDED = "session:ended", _("Session ended")
    OTHER_SESSIONS_ENDED = "other-sessions:ended", _("All other sessions ended")
    SESSIONS_REVOKED = "tenant-sessions:revoked", _("Signed out at the sign-in service")
    DEVICE_NEW = "device:new", _("Sign-in with a new device")
    KIND_SWITCHED = "tenant:factor-switched", _("Factor switched for the whole tenant")
    POLICY_SET = "tenant:policy-set", _("MFA policy of the tenant set")
    ACTIONS_CHANGED = "tenant:actions-changed", _("Actions of the tenant changed")


class Outcome(models.TextChoices):
    """`UNKNOWN`: the answer was lost, and looking did not tell either."""

    DONE = "done", _("Done")
    REFUSED = "refused", _("Refused")
    FAILED = "failed", _("Not done")
    UNKNOWN = "unknown", _("May have been done")


DONE: "dict[str, StrOrPromise]" = {
    Action.FACTOR_ADDED: _("Added %(factor)s"),
    Action.FACTOR_REMOVED: _("Removed %(factor)s"),
    Action.FACTOR_RENAMED: _("Renamed %(factor)s"),
    Action.FACTORS_RESET: _("Removed all factors"),
    Action.RECOVERY_CODE_MADE: _("Made a new recovery code"),
    Action.RECOVERY_CODE_SAVED: _("Said that the recovery code is saved"),
    Action.LINK_MADE: _("Made a link to add a factor: %(factor)s"),
    Action.PASSWORD_LINK_SENT: _("Asked for an email to change the password"),
    Action.BROWSERS_FORGOTTEN: _("Forgot the remembered browsers"),
    Action.ALARM_RAISED: _("Said “this wasn't me”"),
    Action.LOCKED: _("Froze all changes to the ways of signing in"),
    Action.UNLOCKED: _("Ended the freeze: changes are possible again"),
    Action.SITE_SESSIONS_ENDED: _("Signed every other browser out of this site"),
    Action.TENANT_SESSIONS_ENDED: _("Signed every browser out of the sign-in service"),
    Action.TOKENS_REVOKED: _("Ended the lasting permissions of apps"),
    Action.SESSION_ENDED: _("Signed out %(factor)s"),
    Action.OTHER_SESSIONS_ENDED: _("Signed out everywhere else"),
    Action.SESSIONS_REVOKED: _("Signed out at the sign-in service as well"),
    Action.DEVICE_NEW: _("Signed in with a new device: %(factor)s"),
    Action.KIND_SWITCHED: _("Switched a factor for everybody: %(factor)s"),
    Action.POLICY_SET: _("Set when everybody is asked for a second factor: %(factor)s"),
    Action.ACTIONS_CHANGED: _("Changed the tenant's Actions: %(factor)s"),
}
TRIED: "dict[str, StrOrPromise]" = {
    Outcome.REFUSED: _("%(sentence)s: refused"),
    Outcome.FAILED: _("%(sentence)s: failed, nothing was changed"),
    Outcome.UNKNOWN: _("%(sentence)s: may have been done, the answer got lost"),
}


def event_sentence(action: str, outcome: str, kind: str, name: str) -> str:
    """Say what happened in a line, as in a list of events; a word from a later version is shown raw."""
    done = str(DONE.get(action, action)) % {"factor": _factor(kind, name)}
    return str(TRIED[outcome]) % {"sentence": done} if outcome in TRIED else done


def _factor(kind: str, name: str) -> str:
    if not kind:
        return f"“{name}”" if name else gettext("any kind")
    label = str(kind_of_type(kind).label)
    return f"{label} “{name}”" if name and name != label else label


class AppendOnlyError(TypeError):
    """Somebody tried to change or delete a row of the audit trail."""

    def __init__(self) -> None:
        super().__init__("The audit trail is append-only.")


class ActivityQuerySet(models.QuerySet["ActivityEvent"]):
    def of(self, user: Any) -> "ActivityQuerySet":
        """The rows about one person, latest first."""
        return self.filter(subject=user)

    def with_emails(self) -> "ActivityQuerySet":
        """Read along what `email_state` asks for."""
        return self.select_related("email")

    def update(self, **_kwargs: Any) -> NoReturn:
        raise AppendOnlyError

    def delete(self) -> NoReturn:
        raise AppendOnlyError

    def bulk_update(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        raise AppendOnlyError


class ChangeRecord(models.Model):
    """Who does what to which factor, from where. Names and addresses are masked; no secret is in it."""

    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("done by"),
    )
    actor_label = models.CharField(_("done by (name)"), max_length=255, blank=True)
    action = models.CharField(_("action"), max_length=40, choices=Action)
    factor_kind = models.CharField(_("factor kind"), max_length=40, blank=True)
    factor_name = models.CharField(_("factor name"), max_length=120, blank=True)
    # By it the same change is recognised in the tenant's own log.
    factor_id = models.CharField(_("factor id"), max_length=120, blank=True)
    reason = models.CharField(_("reason given"), max_length=300, blank=True)
    ip = models.GenericIPAddressField(_("IP address"), null=True, blank=True)
    user_agent = models.CharField(_("browser"), max_length=300, blank=True)
    source = models.CharField(_("from"), max_length=10)

    class Meta:
        abstract = True


class ActivityEvent(ChangeRecord):
    """One row. Names and addresses in it are masked; it holds no secret, code, token or link."""

    at = models.DateTimeField(_("when"), default=timezone.now, editable=False)
    subject = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("whose account"),
    )
    subject_label = models.CharField(_("whose account (name)"), max_length=255, blank=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome)
    code = models.CharField(_("why not"), max_length=60, blank=True)

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
    def email_state(self) -> str:
        """How the email about it fared: `sent`, `failed` so far, or nothing where none was tried."""
        email = getattr(self, "email", None)
        return email.state if email else ""

    @property
    def by_somebody_else(self) -> bool:
        return self.actor_id is None or self.actor_id != self.subject_id
