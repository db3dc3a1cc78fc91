"""A way from people in the admin to their account security; lists of people ask the tenant nothing."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.identity import User, subject_of, with_subjects
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

if TYPE_CHECKING:
    Base = admin.ModelAdmin[Any]
else:
    Base = object


class AccountSecurityMixin(Base):
    """Put before the `ModelAdmin` of a site's users: a column, a link and support's pages."""

    change_form_template = "admin/enrollment/person.html"

    def get_urls(self) -> list[URLPattern]:
        """Pages under a person's own; each is gated like every page of the admin."""
        pages = [
            path(
                f"<str:pk>/security/{ending}",
                self.admin_site.admin_view(page.as_view(model_admin=self)),
                name=page.url_name,
            )
            for ending, page in PAGES.items()
        ]
        return [*pages, *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Read each user's subject along: the column would ask for them one by one."""
        return with_subjects(super().get_queryset(request))

    def get_list_display(self, request: HttpRequest) -> Any:
        first, *others = columns = super().get_list_display(request)
        return (first, "security", *others) if may_support(request.user) else columns

    @admin.display(description=_("account security"))
    def security(self, user: User) -> SafeString | str:
        if not subject_of(user):
            return "-"
        url = reverse(f"{self.admin_site.name}:{SecurityPage.url_name}", args=[user.pk])
        return format_html('<a href="{}">{}</a>', url, _("Open"))

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **options: Any) -> Any:
        person = options.get("obj")
        linked = may_support(request.user) and bool(subject_of(person))
        return super().render_change_form(request, {**context, "links_to_security": linked}, *args, **options)
