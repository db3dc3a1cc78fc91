"""The site's user, identified by the `sub` that Auth0 gives."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """Identity is `sub`, never the e-mail address: addresses change hands, subjects do not."""

    sub = models.CharField(
        _("subject"),
        max_length=255,
        unique=True,
        null=True,
        blank=True,
        editable=False,
        help_text=_("The stable id of this person at the Auth0 tenant."),
    )

    def __str__(self) -> str:
        return self.get_full_name() or self.email or self.username
