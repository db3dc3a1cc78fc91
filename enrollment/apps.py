"""The enrollment app."""

from django.apps import AppConfig
from django.core.signals import request_finished
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from accounts.signals import new_device_seen, phishing_resistant_asked, proof_recorded, second_factor_asked


class EnrollmentConfig(AppConfig):
    name = "enrollment"
    # Whatever the site's own default: else its `makemigrations` would write migrations into these apps.
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Account security")

    def ready(self) -> None:
        from accounts.step_up.rules import leave_open  # needs models, which can be imported only now
        from enrollment import checks, conf  # noqa: F401  # checks register themselves; they read settings
        from enrollment.audit.dispatch import deliver_written
        from enrollment.flows.account_lock import unlock_if_proved
        from enrollment.flows.new_device import tell_of_new_device
        from enrollment.flows.overview import answer_phishing_resistant_asked, answer_second_factor_asked
        from enrollment.permissions import equip_staff_group

        leave_open(*conf.OPEN_PAGES)
        post_migrate.connect(equip_staff_group, sender=self)
        request_finished.connect(deliver_written, dispatch_uid="enrollment.outbox")
        new_device_seen.connect(tell_of_new_device, dispatch_uid="enrollment.new_device")
        proof_recorded.connect(unlock_if_proved, dispatch_uid="enrollment.unlock")
        second_factor_asked.connect(answer_second_factor_asked, dispatch_uid="enrollment.earlier_factors")
        phishing_resistant_asked.connect(
            answer_phishing_resistant_asked, dispatch_uid="enrollment.earlier_phishing_resistant"
        )
