"""What the pages of adding a factor share."""

import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from accounts.auth0.encryption import decrypt, encrypt
from accounts.auth0.errors import Problem, TenantError
from accounts.auth0.grants import ENROLLING
from accounts.redirects import see_other
from accounts.step_up.assurance import Verdict
from accounts.step_up.gates import StepUpRequired
from accounts.step_up.my_account import drop_token, get_token, mark_unavailable
from accounts.step_up.requirement import Requirement
from enrollment.audit.log import Refused
from enrollment.flows.enroll.authorize import requirement_to_add
from enrollment.flows.enroll.resume import enrollment_of
from enrollment.forms import DestinationForm, EmailForm, PhoneForm
from enrollment.gateways.tenant_policy import likely_addable_kinds
from enrollment.kinds.base import Kind, SentTo
from enrollment.models.pending_enrollment import PendingEnrollment
from enrollment.views.base import AccountView
from enrollment.views.enroll.errors import Answer, answer_to, as_context, correct
from enrollment.views.view_models import Offer, offer_of

# What closes this way of adding to everybody, and leaves the tenant's own page open.
CLOSED = (Problem.NOT_ACTIVATED, Problem.MISSING_SCOPE)
# The flows' word for an enrollment that is not this person's, or was purged.
GONE = "no-such-enrollment"

Show = Callable[..., HttpResponse]


class AddView(AccountView):
    """A page that leads to another factor on the account."""

    @property
    def requirement(self) -> Requirement:
        return super().requirement if self.lock else requirement_to_add(self.actor, self.snapshot.factors)


class EnrollView(AddView):
    """Pages of one kind; the URL lets in the kinds that there are pages for."""

    asked: ClassVar[dict[SentTo | None, type[DestinationForm]]] = {
        SentTo.PHONE: PhoneForm,
        SentTo.EMAIL: EmailForm,
    }

    @property
    def kind(self) -> Kind:
        kind: Kind = self.kwargs["kind"]
        return kind

    @property
    def offer(self) -> Offer:
        return offer_of(self.kind)

    @property
    def token(self) -> str | None:
        return get_token(self.request)

    @property
    def begin_url(self) -> str:
        return reverse("enrollment:add", args=[self.kind])

    def page(self, template: str, /, *, status: int = 200, **context: Any) -> HttpResponse:
        return super().page(f"add/{template}", status=status, offer=self.offer, **context)

    def back(self, message: str = "", level: int = messages.SUCCESS) -> HttpResponse:
        if message:
            messages.add_message(self.request, level, message)
        return redirect("enrollment:security")

    def prove_again(self) -> StepUpRequired:
        """Ask for a proof with a new token; the one that there is is of no use any more."""
        drop_token(self.request)
        return StepUpRequired(self.requirement, Verdict.TOKEN_MISSING, ENROLLING)

    def answer(self, error: TenantError, form: forms.Form, show: Show) -> HttpResponse:
        """Tell what the tenant answered, on the page that `show` draws; may raise `StepUpRequired`."""
        answer = answer_to(error)
        if answer is Answer.PROVE:
            raise self.prove_again()
        if answer is Answer.UNAVAILABLE:
            return self.unavailable(error)
        if answer is Answer.CORRECT:
            correct(form, error)
        elif answer is Answer.AGAIN:
            form.add_error(None, f"{error.cause} {error.consequence}")
        response = show(form, status=answer.value, **as_context(error))
        if answer is Answer.WAIT:
            response.headers["Retry-After"] = str(int(error.retry_after or 0) + 1)
        return response

    def unavailable(self, error: TenantError | None = None) -> HttpResponse:
        """Say that it cannot be added here, and what else there is."""
        is_closed = error is None or error.code in CLOSED
        if error is not None and is_closed:
            mark_unavailable(self.request)
        by_link = is_closed and self.kind in likely_addable_kinds()
        return self.page("unavailable.html", status=Answer.UNAVAILABLE.value, error=error, by_link=by_link)


class PendingView(EnrollView):
    """A page of one enrollment, found by its owner and its id together."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.pending_id: UUID = kwargs["pending_id"]

    def row(self) -> PendingEnrollment:
        row = enrollment_of(self.person, str(self.pending_id))
        if row.factor_kind is not self.kind:
            raise Http404
        return row

    def get(self, _request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """Lead to the enrollment's own page, for those who come back from a step-up to a form's address."""
        return self.to_row()

    def to_row(self, row: PendingEnrollment | None = None) -> HttpResponse:
        return see_other(reverse("enrollment:pending", args=[self.kind, row.pk if row else self.pending_id]))

    def gone(self, refused: Refused) -> HttpResponse:
        return self.back(refused.sentence, messages.WARNING)


TYPED_SESSION_KEY = "enrollment_typed"
KEPT_FOR = timedelta(hours=1)


def keep_typed(request: HttpRequest, kind: Kind, fields: Mapping[str, str]) -> None:
    """Keep the fields of one kind, encrypted: sessions lie in a database, and a phone number is private."""
    if not fields:
        return
    record = {"kind": kind.value, "fields": dict(fields), "at": timezone.now().timestamp()}
    request.session[TYPED_SESSION_KEY] = encrypt(json.dumps(record))


def typed_before(request: HttpRequest, kind: Kind) -> dict[str, str]:
    """Return what was typed for this kind, or nothing."""
    sealed = request.session.get(TYPED_SESSION_KEY)
    record = json.loads((decrypt(sealed) if sealed else None) or "{}")
    age = timezone.now().timestamp() - record.get("at", 0)
    if record.get("kind") != kind.value or age > KEPT_FOR.total_seconds():
        return {}
    fields: dict[str, str] = record["fields"]
    return fields


def forget_typed(request: HttpRequest) -> None:
    request.session.pop(TYPED_SESSION_KEY, None)
