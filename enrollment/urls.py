"""URLs of enrollment. A factor's id comes from the tenant and holds `|`, quoted in the URL."""

from abc import ABC, abstractmethod

from django.urls import include, path, register_converter
from django.views.generic import RedirectView

from enrollment.kinds.base import Kind
from enrollment.kinds.registry import kind_named, kind_of_type
from enrollment.views.activity import ActivityView
from enrollment.views.alarm import AlarmDoneView, AlarmView, UnfreezeView
from enrollment.views.enroll.begin import BeginView, ChooseView, LinkView
from enrollment.views.enroll.pending import StepView
from enrollment.views.enroll.steps import CancelView, ResendView, StatusView
from enrollment.views.methods import RemoveView, RenameView
from enrollment.views.password import PasswordView
from enrollment.views.recovery_code import RecoveryCodeSavedView, RecoveryCodeView
from enrollment.views.security import SecurityView
from enrollment.views.sessions import EndOthersView, EndSessionView, SessionsView


class KindConverter(ABC):
    """A kind of factor as a part of an address: one added in the page, or by a link of the tenant's.

    Asks the registry at each request: a host may register a kind after the URLs were read.
    """

    regex = "[a-z0-9-]+"

    @abstractmethod
    def takes(self, kind: Kind) -> bool:
        """Whether a kind may stand in the address."""

    def to_python(self, value: str) -> Kind:
        return self._taken(kind_named(value), value)

    def to_url(self, value: Kind | str) -> str:
        kind = kind_of_type(value) if isinstance(value, str) else value
        return self._taken(kind, value).value

    def _taken(self, kind: Kind, value: Kind | str) -> Kind:
        if not self.takes(kind):
            raise ValueError(value)
        return kind


class InPageConverter(KindConverter):
    def takes(self, kind: Kind) -> bool:
        return kind.confirmation is not None


class ByLinkConverter(KindConverter):
    """Every kind that a link can be made for; for most of them it is the second choice."""

    def takes(self, kind: Kind) -> bool:
        return kind.ticket is not None


class LinkedOnlyConverter(ByLinkConverter):
    def takes(self, kind: Kind) -> bool:
        return super().takes(kind) and kind.confirmation is None


register_converter(InPageConverter, "enrollment_in_page")
register_converter(LinkedOnlyConverter, "enrollment_linked_only")
register_converter(ByLinkConverter, "enrollment_by_link")

ONE = "<enrollment_in_page:kind>/<uuid:pending_id>/"

app_name = "enrollment"
adding = [
    path("", ChooseView.as_view(), name="add-any"),
    path("<enrollment_in_page:kind>/", BeginView.as_view(), name="add"),
    path(ONE, StepView.as_view(), name="pending"),
    path(f"{ONE}resend/", ResendView.as_view(), name="pending-resend"),
    path(f"{ONE}cancel/", CancelView.as_view(), name="pending-cancel"),
    path(f"{ONE}status/", StatusView.as_view(), name="pending-status"),
    # What the tenant's API for people cannot create is added on its own page.
    path("<enrollment_linked_only:kind>/", LinkView.as_view(), name="add"),
    path("<enrollment_by_link:kind>/link/", LinkView.as_view(), name="add-link"),
    path("recovery-code/", RedirectView.as_view(pattern_name="enrollment:recovery-code")),
]
urlpatterns = [
    path("account/security/", SecurityView.as_view(), name="security"),
    path("account/security/activity/", ActivityView.as_view(), name="activity"),
    path("account/security/password/", PasswordView.as_view(), name="password"),
    path("account/security/sessions/", SessionsView.as_view(), name="sessions"),
    path("account/security/sessions/end-others/", EndOthersView.as_view(), name="sessions-end-others"),
    path("account/security/sessions/<uuid:session_id>/end/", EndSessionView.as_view(), name="session-end"),
    path("account/security/not-me/", AlarmView.as_view(), name="not-me"),
    path("account/security/not-me/done/", AlarmDoneView.as_view(), name="not-me-done"),
    path("account/security/unfreeze/", UnfreezeView.as_view(), name="unfreeze"),
    path("account/security/recovery-code/", RecoveryCodeView.as_view(), name="recovery-code"),
    path(
        "account/security/recovery-code/saved/", RecoveryCodeSavedView.as_view(), name="recovery-code-saved"
    ),
    path("account/security/add/", include(adding)),
    # `path`, not `str`: an id with a slash in it must not break the page that lists it.
    path("account/security/<path:factor_id>/rename/", RenameView.as_view(), name="rename"),
    path("account/security/<path:factor_id>/remove/", RemoveView.as_view(), name="remove"),
]
