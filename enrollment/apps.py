"""The enrollment app."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from accounts.signals import proof_recorded


class EnrollmentConfig(AppConfig):
    name = "enrollment"
    verbose_name = _("Account security")

    def ready(self) -> None:
        from enrollment import checks  # noqa: F401  # registers them; it reads settings, so not any sooner
        from enrollment.flows.frozen import thaw_if_proved  # models can be imported only now
        from enrollment.support import equip_staff_group

        post_migrate.connect(equip_staff_group, sender=self)
        proof_recorded.connect(thaw_if_proved, dispatch_uid="enrollment.frozen")
