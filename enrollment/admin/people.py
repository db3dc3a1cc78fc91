"""People in the admin, with a way to their account security; lists of people ask the tenant nothing."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.admin import UserAdmin
from accounts.identity import subject_of
from accounts.models import User
from enrollment.admin import actions
from enrollment.admin.pages import SecurityPage, SupportPage
from enrollment.permissions import may_support

PAGES: dict[str, type[SupportPage]] = {
    "": SecurityPage,
    "recovery-code/": actions.RecoveryCodePage,
    "invite/": actions.InvitePage,
    "forget-browsers/": actions.ForgetBrowsersPage,
    "reset/": actions.ResetPage,
    "<path:factor_id>/remove/": actions.RemovePage,
}

admin.site.unregister(User)


@admin.register(User)
class PersonAdmin(UserAdmin):
    change_form_template = "admin/enrollment/person.html"

    def get_urls(self) -> list[URLPattern]:
        """Pages under a person's own; each is gated like every page of the admin."""
        pages = [
            path(
                f"<int:pk>/security/{ending}",
                self.admin_site.admin_view(page.as_view(model_admin=self)),
                name=page.url_name,
            )
            for ending, page in PAGES.items()
        ]
        return [*pages, *super().get_urls()]

    def get_list_display(self, request: HttpRequest) -> Any:
        first, *others = self.list_display
        return (first, "security", *others) if may_support(request.user) else self.list_display

    @admin.display(description=_("account security"))
    def security(self, user: User) -> SafeString | str:
        if not subject_of(user):
            return "-"
        url = reverse(f"{self.admin_site.name}:{SecurityPage.url_name}", args=[user.pk])
        return format_html('<a href="{}">{}</a>', url, _("Open"))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> Any:
        context = {**(extra_context or {}), "may_support": may_support(request.user)}
        return super().change_view(request, object_id, form_url, context)
