"""Somebody's account security as support sees it, and what the pages of support share."""

from dataclasses import replace
from functools import cached_property
from typing import Any, ClassVar

from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views import View

from accounts.identity import User, has_permission, subject_of, users, view_permission
from accounts.step_up.gates import require_for
from enrollment.account.removal import Removal, removal
from enrollment.actors import Actor, Source
from enrollment.audit.log import Refused
from enrollment.flows.change import check_permission
from enrollment.flows.overview import Overview, check_again, security_overview
from enrollment.gateways import factor_cache
from enrollment.gateways.factor_cache import Snapshot
from enrollment.gateways.tenant_policy import likely_mfa_requirement
from enrollment.permissions import may_support


class SupportPage(View):
    """A page under somebody's account in the admin. Who may do what is for the flows to say, and they do.

    Asks for a second factor itself: the site may let people into its admin without one.
    """

    url_name: ClassVar[str]
    title: ClassVar[Any]
    template: ClassVar[str]
    model_admin: "ModelAdmin[User] | None" = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not may_support(request.user) or not has_permission(request.user, view_permission()):
            raise PermissionDenied(_("Your role does not include helping people with their factors."))
        require_for(request)
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def person(self) -> User:
        try:
            person: User = get_object_or_404(users(), pk=self.kwargs["pk"])
        except (ValueError, ValidationError):  # no key of this user model
            raise Http404 from None
        return person

    @cached_property
    def snapshot(self) -> Snapshot:
        """Their factors; of an account without a subject the tenant knows nothing, and is not asked."""
        return factor_cache.factors_of(subject_of(self.person)) if subject_of(self.person) else Snapshot(())

    @property
    def site(self) -> Any:
        assert self.model_admin  # noqa: S101 - `AccountSecurityMixin.get_urls` gives it
        return self.model_admin.admin_site

    def actor(self, reason: str = "") -> Actor:
        return Actor.from_request(self.request, Source.ADMIN, reason)

    @property
    def hindrance(self) -> str:
        """Why this member of staff may not touch this account, if so; the flow would say the same."""
        try:
            check_permission(replace(self.actor(), reason="-"), self.person)
        except Refused as refused:
            return refused.sentence
        return ""

    def page(self, template: str = "", *, status: int = 200, **context: Any) -> HttpResponse:
        assert self.model_admin  # noqa: S101 - as above
        shared = {
            **self.site.each_context(self.request),
            "opts": self.model_admin.opts,
            "person": self.person,
            "subject": subject_of(self.person),
            "title": self.title,
            "hindrance": self.hindrance,
            "is_self": self.actor().is_self(self.person),
        }
        name = f"admin/enrollment/{template or self.template}"
        # The templates' `admin:` is this very site, whatever its name.
        self.request.current_app = self.site.name
        return render(self.request, name, {**shared, **context}, status=status)

    def to_overview(self) -> HttpResponse:
        return HttpResponseRedirect(
            reverse(f"{self.site.name}:{SecurityPage.url_name}", args=[self.person.pk])
        )


class SecurityPage(SupportPage):
    """Asks the tenant once, or not while the list is fresh."""

    url_name = "account_security"
    title = _("Account security")
    template = "security.html"
    http_method_names = ["get", "head", "options", "post"]

    def get(self, _request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        if not subject_of(self.person):
            return self.page()
        overview = security_overview(self.person)
        factors = overview.snapshot.factors
        return self.page(
            snapshot=overview.snapshot,
            factors=factors,
            removals=self._removals(overview),
            protection=overview.protection,
            events=overview.events,
            has_recovery_code=any(f.kind.is_recovery for f in factors or ()),
            has_second_factor=any(f.is_second_factor for f in factors or ()),
        )

    def _removals(self, overview: Overview) -> list[Removal]:
        """Say of each factor whether it may go, for showing: what decides is asked again by the change."""
        factors, mandate = overview.snapshot.factors or (), likely_mfa_requirement(self.person)
        return [removal(factor, factors, mandate, overview.sign_in) for factor in factors]

    def post(self, _request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """Check again: for whoever waits until the person at the other end has added something."""
        check_again(self.person, self.snapshot)
        return self.to_overview()
