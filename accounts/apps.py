"""The accounts app."""

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    # Whatever the site's own default: else its `makemigrations` would write migrations into these apps.
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        from accounts import checks  # noqa: F401  # registers them; settings are not ready at import
        from accounts.sessions.limits import note_beginning
        from accounts.sessions.user_sessions import note_generation, unlist_session  # needs models
        from accounts.step_up.assurance import renew_assurance

        for changed in (user_logged_in, user_logged_out):
            changed.connect(renew_assurance, dispatch_uid="accounts.step_up.assurance")
        user_logged_in.connect(note_beginning, dispatch_uid="accounts.sessions.limits")
        user_logged_in.connect(note_generation, dispatch_uid="accounts.sessions.user_sessions")
        user_logged_out.connect(unlist_session, dispatch_uid="accounts.sessions.user_sessions")
