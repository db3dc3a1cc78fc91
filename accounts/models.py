"""The site's user, identified by the `sub` that Auth0 gives, and the browsers they are signed in with."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.auth0.claims import LONGEST_SID, LONGEST_SUB


class User(AbstractUser):
    """Identity is `sub`, never the e-mail address: addresses change hands, subjects do not."""

    sub = models.CharField(
        _("subject"),
        max_length=LONGEST_SUB,
        unique=True,
        null=True,
        blank=True,
        editable=False,
        help_text=_("The stable id of this person at the Auth0 tenant."),
    )

    # Codes of `settings.LANGUAGES`; empty is what the browser asks for.
    language = models.CharField(_("language"), max_length=12, blank=True, editable=False)
    # What they read the site in when they last signed in: e-mails have no browser to ask.
    last_language = models.CharField(_("language last read"), max_length=12, blank=True, editable=False)

    def __str__(self) -> str:
        return self.get_full_name() or self.email or self.username


class UserSession(models.Model):
    """A browser that is signed in, so that its owner can end it from another one.

    The session's key opens the account, so it lies sealed, and is found by its digest.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="sessions")
    key_digest = models.CharField(max_length=64, unique=True, editable=False)
    encrypted_key = models.TextField(editable=False)
    sid = models.CharField(_("session at the tenant"), max_length=LONGEST_SID, blank=True)
    created_at = models.DateTimeField(_("signed in"), default=timezone.now)
    # Coarse: written once an hour at most.
    seen_at = models.DateTimeField(_("last seen"), default=timezone.now)
    ip = models.GenericIPAddressField(_("IP address"), null=True, blank=True)
    user_agent = models.CharField(_("browser"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        default_permissions = ()
        indexes = [models.Index(fields=["user", "seen_at"], name="session_user_seen")]

    def __str__(self) -> str:
        return f"{self.user} {self.seen_at:%Y-%m-%d %H:%M}"
