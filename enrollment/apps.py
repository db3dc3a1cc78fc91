"""The enrollment app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EnrollmentConfig(AppConfig):
    name = "enrollment"
    verbose_name = _("Account security")

    def ready(self) -> None:
        from enrollment import checks  # noqa: F401  # registers them; it reads settings, so not any sooner
