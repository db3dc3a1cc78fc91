"""What these apps keep about a user of any model, the browsers they are signed in with, and forms typed."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.auth0.claims import LONGEST_SID


class AccountState(models.Model):
    """A row a user, once there is something to keep; `Auth0Backend.get_user` reads it along."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="account_state"
    )
    # Codes of `settings.LANGUAGES`; empty is what the browser asks for.
    language = models.CharField(_("language"), max_length=12, blank=True)
    # What they read the site in when they last signed in: emails have no browser to ask.
    last_language = models.CharField(_("language last read"), max_length=12, blank=True)
    # Sessions that began under a lower number are over (`accounts.sessions.user_sessions.end_sessions`).
    session_generation = models.PositiveIntegerField(default=0)
    # Sessions that were ended one by one, and until when that is noted (`accounts.sessions.ended`).
    ended_sessions = models.JSONField(default=dict, editable=False)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.user_id)


class UserSession(models.Model):
    """A browser that is signed in, so that its owner can end it from another one.

    The session's key opens the account, so it is encrypted, and is found by its digest. The session holds the
    row's id, which stays when its key changes.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key_digest = models.CharField(max_length=64, unique=True, editable=False)
    encrypted_key = models.TextField(editable=False)
    sid = models.CharField(_("session at the tenant"), max_length=LONGEST_SID, blank=True)
    created_at = models.DateTimeField(_("signed in"), default=timezone.now)
    # Coarse: written once in five minutes at most.
    seen_at = models.DateTimeField(_("last seen"), default=timezone.now)
    # What it had proved then: for showing, and no gate goes by it.
    mfa_at = models.DateTimeField(_("second factor confirmed"), null=True, blank=True)
    methods = models.JSONField(default=list, editable=False)
    ip = models.GenericIPAddressField(_("IP address"), null=True, blank=True)
    user_agent = models.CharField(_("browser"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        default_permissions = ()
        indexes = [models.Index(fields=["user", "seen_at"], name="session_user_seen")]

    def __str__(self) -> str:
        return f"{self.user} {self.seen_at:%Y-%m-%d %H:%M}"


class UsedLogoutToken(models.Model):
    """A logout token of the tenant's that has been used, by the digest of its id: each counts once."""

    jti_digest = models.CharField(max_length=64, primary_key=True, editable=False)
    # A sign-in that was on its way when it came finds it by this.
    sid = models.CharField(max_length=LONGEST_SID, blank=True, editable=False)
    used_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(fields=["sid"], name="logout_token_sid"),
            models.Index(fields=["used_at"], name="logout_token_used_at"),
        ]

    def __str__(self) -> str:
        return self.jti_digest


class FormDraft(models.Model):
    """What was typed into a form that was interrupted, encrypted; its session holds the id."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    encrypted_text = models.TextField(editable=False)
    kept_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["kept_at"], name="form_draft_kept_at")]

    def __str__(self) -> str:
        return str(self.pk)
