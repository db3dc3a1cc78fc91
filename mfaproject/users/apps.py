"""The app of this project's user model."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class UsersConfig(AppConfig):
    name = "mfaproject.users"
    verbose_name = _("Accounts")
    default_auto_field = "django.db.models.BigAutoField"
