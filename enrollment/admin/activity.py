"""The audit trail in the admin: to be read and searched, by nobody to be changed."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.identity import email_field, email_of, has_field
from enrollment.audit.mail import has_notice
from enrollment.models.activity import ActivityEvent

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    Base = admin.ModelAdmin[ActivityEvent]
else:
    Base = admin.ModelAdmin

NOBODY = "-"
EMAIL_STATES: "dict[str, StrOrPromise]" = {"": _("Waiting"), "sent": _("Sent"), "failed": _("Failed so far")}


@admin.register(ActivityEvent)
class ActivityEventAdmin(Base):
    list_display = ("at", "what", "whose", "by", "outcome", "told", "reason", "source")
    list_display_links = ("at", "what")
    list_filter = ("at", "action", "outcome", "source")
    list_select_related = ("subject", "email")
    list_per_page = 50
    search_fields = (
        "subject_label",
        "actor_label",
        "factor_name",
        "reason",
        "code",
        "=ip",
    )
    search_help_text = _("Whose account, who did it, factor, reason, code or IP address")
    # The trail grows without end, and a count of all of it is no news.
    show_full_result_count = False
    date_hierarchy = "at"
    ordering = ("-at", "-pk")
    fieldsets = (
        (None, {"fields": ("at", "what", "whose", "by", "reason")}),
        (_("How it went"), {"fields": ("outcome", "code", "told", "action", "factor_kind", "factor_name")}),
        (_("From where"), {"fields": ("source", "ip", "user_agent")}),
    )

    def get_search_fields(self, _request: HttpRequest) -> list[str]:
        """Find people by what the site's user model calls their address and name."""
        names = {email_field(), get_user_model().USERNAME_FIELD}
        return [*self.search_fields, *(f"subject__{name}" for name in sorted(names) if has_field(name))]

    @admin.display(description=_("what"))
    def what(self, event: ActivityEvent) -> str:
        return event.sentence

    @admin.display(description=_("whose account"), ordering="subject_label")
    def whose(self, event: ActivityEvent) -> str:
        """The address of today, where the account is still there, and the subject that stays."""
        return (event.subject and email_of(event.subject)) or event.subject_label or NOBODY

    @admin.display(description=_("done by"), ordering="actor_label")
    def by(self, event: ActivityEvent) -> str:
        return event.actor_label or NOBODY

    @admin.display(description=_("email"))
    def told(self, event: ActivityEvent) -> "StrOrPromise":
        """How the email about it fared; of what nobody is told there is none."""
        return EMAIL_STATES[event.email_state] if has_notice(event) else NOBODY

    def has_add_permission(self, *_args: Any) -> bool:
        return False

    def has_change_permission(self, *_args: Any) -> bool:
        return False

    def has_delete_permission(self, *_args: Any) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, _obj: ActivityEvent | None = None) -> bool:
        return super().has_view_permission(request)
