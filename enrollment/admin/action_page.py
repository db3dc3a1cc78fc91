"""What support types before acting on somebody's account."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from accounts.auth0.errors import Certainty, Problem, TenantError
from accounts.step_up.drafts import take_draft
from enrollment.account.methods import Factor
from enrollment.actors import Actor
from enrollment.admin.pages import SupportPage
from enrollment.audit.log import Refused
from enrollment.kinds.base import Kind
from enrollment.models.activity import ActivityEvent

REASON_LENGTH = ActivityEvent._meta.get_field("reason").max_length  # noqa: SLF001  # Django's public name


class ReasonForm(forms.Form):
    """Every action on somebody else's account says why."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=REASON_LENGTH,
        help_text=_("Why you do this, and how you made sure who is asking. It stays in the audit trail."),
        widget=forms.Textarea(attrs={"rows": 2, "class": "vLargeTextField"}),
    )


class InviteForm(ReasonForm):
    kind = forms.ChoiceField(label=_("What to add"), required=False)
    field_order = ("kind", "reason")

    def __init__(self, *args: Any, kinds: tuple[Kind, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            ("", _("Whatever the person chooses")),
            *((kind.value, kind.label) for kind in kinds),
        ]


class ResetForm(ReasonForm):
    passkeys = forms.BooleanField(label=_("Remove passkeys as well"), required=False)
    invitation = forms.BooleanField(
        label=_("Mail a link to add a new factor first"),
        required=False,
        help_text=_("To the account's own address; good once, for five days."),
    )
    field_order = ("passkeys", "invitation", "reason")


@dataclass(frozen=True)
class Consequences:
    """What an action would mean for this account; `refusal` says why it must not be."""

    lines: tuple[str, ...] = ()
    warning: str = ""
    refusal: str = ""


class ActionPage(ABC, SupportPage):
    """GET explains and asks why, POST does it; what was typed comes back when that is refused or fails."""

    template = "action.html"
    form_class: ClassVar[type[ReasonForm]] = ReasonForm
    button: ClassVar[Any]
    destroys = False
    # Whether what it explains is computed from the list of factors, which may be the last known one.
    is_about_the_list = False

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        return self.show(self.form(initial=self.initial() | (take_draft(request) or {})))

    @method_decorator(sensitive_variables("result"))
    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        form, status = self.form(request.POST), HTTPStatus.UNPROCESSABLE_ENTITY
        if not form.is_valid():
            return self.show(form, status=status)
        try:
            result = self.act(self.actor(form.cleaned_data["reason"]), form.cleaned_data)
        except Refused as refused:
            form.add_error(None, refused.sentence)
        except TenantError as error:
            if error.outcome is Certainty.UNKNOWN:
                return self.back(messages.WARNING, f"{error.cause} {error.consequence}")
            form.add_error(None, f"{error.cause} {error.consequence}")
            status = HTTPStatus.SERVICE_UNAVAILABLE
        else:
            return self.done(result)
        return self.show(form, status=status)

    def show(self, form: ReasonForm, *, status: int = 200) -> HttpResponse:
        try:
            explanation = Consequences() if self.hindrance else self.explain()
        except Refused as refused:
            return self.back(messages.WARNING, refused.sentence)
        except TenantError as error:
            return self.back(messages.ERROR, str(error.cause))
        snapshot = self.snapshot if self.is_about_the_list else None
        return self.page(status=status, form=form, explanation=explanation, action=self, snapshot=snapshot)

    def back(self, level: int, message: str) -> HttpResponse:
        messages.add_message(self.request, level, message)
        return self.to_overview()

    def form(self, *args: Any, **kwargs: Any) -> ReasonForm:
        return self.form_class(*args, **kwargs)

    def initial(self) -> dict[str, Any]:
        return {}

    @abstractmethod
    def explain(self) -> Consequences:
        """Say what the action would mean; may raise `Refused` or `TenantError`."""

    @abstractmethod
    def act(self, actor: Actor, data: dict[str, Any]) -> str:
        """Do it by the flow, and return what is to be said, or shown, about it."""

    def done(self, result: str) -> HttpResponse:
        return self.back(messages.SUCCESS, result)

    def factors(self) -> tuple[Factor, ...]:
        """The list as the overview shows it; the flow asks the tenant again before it decides."""
        if self.snapshot.factors is None:
            raise self.snapshot.problem or TenantError(Problem.UNREACHABLE)
        return self.snapshot.factors
