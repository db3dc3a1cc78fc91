"""Django's admin: people as they signed in, and none of social-auth's tables."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from social_django import admin as _social_admin  # noqa: F401  # registers what is taken out again here
from social_django.models import Association, Nonce, UserSocialAuth

from accounts.identity import subject_of
from accounts.sessions.user_sessions import end_sessions
from enrollment.admin.people import AccountSecurityMixin
from mfaproject.users.models import User

if TYPE_CHECKING:
    Base = admin.ModelAdmin[User]
else:
    Base = admin.ModelAdmin

# Who is who comes from the tenant: an association typed in by hand would give one person's account to
# another.
for model in (UserSocialAuth, Nonce, Association):
    admin.site.unregister(model)


@admin.register(User)
class UserAdmin(AccountSecurityMixin, Base):
    """Profile and roles follow the tenant at every sign-in, so they are shown and not edited here.

    No password anywhere: nobody signs in to this site with one. People are added by signing in.
    """

    list_display = ("person", "email", "role", "is_active", "sub")
    list_display_links = ("person",)
    list_filter = ("is_active", "is_staff", "is_superuser")
    search_fields = ("social_auth__uid", "email", "username", "first_name", "last_name")
    search_help_text = _("Subject, e-mail address, user name or name")
    ordering = ("email", "pk")
    fieldsets = (
        (None, {"fields": ("first_name", "last_name", "email", "sub", "username")}),
        (
            _("What this person may do"),
            {
                "fields": ("is_active", "is_staff", "is_superuser", "groups"),
                "description": _(
                    "Staff and administrators are made by their role at the sign-in service; "
                    "permissions come with groups."
                ),
            },
        ),
        (_("Dates"), {"fields": ("last_login", "date_joined")}),
    )
    readonly_fields = (
        "first_name",
        "last_name",
        "email",
        "sub",
        "username",
        "is_staff",
        "is_superuser",
        "last_login",
        "date_joined",
    )
    filter_horizontal = ("groups",)

    @admin.display(description=_("subject"))
    def sub(self, user: User) -> str:
        return subject_of(user) or "-"

    @admin.display(description=_("person"), ordering="first_name")
    def person(self, user: User) -> str:
        return str(user)

    @admin.display(description=_("role"), ordering="is_staff")
    def role(self, user: User) -> str:
        if user.is_superuser:
            return str(_("Administrator"))
        return str(_("Support")) if user.is_staff else ""

    def get_readonly_fields(self, request: HttpRequest, _obj: User | None = None) -> tuple[str, ...]:
        """Whoever may edit people must not thereby be able to make themselves an administrator."""
        if isinstance(request.user, User) and request.user.is_superuser:
            return self.readonly_fields
        return (*self.readonly_fields, "groups")

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """Let nobody spell out a password's hash by filtering for it, as Django's own page does not."""
        return not lookup.startswith("password") and super().lookup_allowed(lookup, value, request)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Whoever is shut out is signed out as well: else old cookies open the account once it is let in."""
        super().save_model(request, obj, form, change)
        if "is_active" in form.changed_data and not obj.is_active:
            end_sessions(obj)

    def has_add_permission(self, _request: HttpRequest, *_args: Any) -> bool:
        return False
