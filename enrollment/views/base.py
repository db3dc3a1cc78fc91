"""What the pages of one's own account share: who it is about, what is known of them, no copy left behind."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache

from accounts.auth0.errors import Certainty, TenantError
from accounts.identity import User, subject_of
from accounts.step_up.assurance import visitor_subject
from accounts.step_up.gates import require_for
from accounts.step_up.requirement import Requirement
from enrollment.actors import Actor
from enrollment.audit.log import Refused
from enrollment.flows.account_lock import requirement_for, requirement_to_unlock
from enrollment.gateways.factor_cache import Snapshot, factors_of
from enrollment.models.locks import AccountLock, current_lock


@method_decorator(never_cache, name="dispatch")
class AccountView(LoginRequiredMixin, View):
    """A page about the signed-in person's own account.

    No page here asks for `Referrer-Policy: no-referrer`: with it, browsers send `Origin: null` along with a
    form (Fetch, "append a request Origin header"), which Django's CSRF protection rightly refuses. The site's
    `same-origin` tells other sites as little.
    """

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not visitor_subject(request):
            return render(request, "accounts/no_subject.html", status=409)
        return super().dispatch(request, *args, **kwargs)

    @property
    def person(self) -> User:
        user = self.request.user
        assert isinstance(user, User)  # noqa: S101 - LoginRequiredMixin has let nobody else in
        return user

    @property
    def actor(self) -> Actor:
        return Actor.from_request(self.request)

    @cached_property
    def snapshot(self) -> Snapshot:
        return factors_of(subject_of(self.person))

    @cached_property
    def lock(self) -> AccountLock | None:
        return current_lock(self.person)

    @property
    def requirement(self) -> Requirement:
        """What a change takes; of a locked account, the proof that ends the lock, asked for in one go."""
        factors, proof = self.snapshot.factors, self.actor.proof
        if self.lock:
            return requirement_to_unlock(factors, self.lock.locked_at, proof)
        return requirement_for(factors, proof)

    def page(self, template: str, /, *, status: int = 200, **context: Any) -> HttpResponse:
        # Called by the pages that show it, and by no other: it costs a query.
        context.setdefault("lock", lambda: self.lock)
        return render(self.request, f"enrollment/{template}", context, status=status)


class ChangeView(ABC, AccountView):
    """A page that changes something. GET explains and asks for proof first, so that nothing is typed in vain.

    The flow asks for the same proof again: a page's check is a courtesy, the flow's is the rule.
    """

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        if self.snapshot.factors is None:
            return self.back(_cause(self.snapshot), messages.WARNING)
        require_for(request, self.requirement)
        try:
            return self.explain()
        except Refused as refused:
            return self.back(refused.sentence, messages.WARNING)
        except TenantError as error:
            return self.back(str(error.cause), messages.WARNING)

    def page(self, template: str, /, *, status: int = 200, **context: Any) -> HttpResponse:
        # What it explains is from the list, which may be the last known one.
        context |= {"snapshot": lambda: self.snapshot, "known": lambda: self.snapshot.factors is not None}
        return super().page(template, status=status, **context)

    @abstractmethod
    def explain(self) -> HttpResponse:
        """Answer GET, once it is known who asks; may raise `Refused` or `TenantError`."""

    def back(self, message: str = "", level: int = messages.SUCCESS) -> HttpResponse:
        if message:
            messages.add_message(self.request, level, message)
        return redirect("enrollment:security")


def _cause(snapshot: Snapshot) -> str:
    return str(snapshot.problem.cause) if snapshot.problem else ""


class SuccessMessages:
    """What to say where all went well."""

    def __init__(self) -> None:
        self.sentences: list[str] = []

    def say(self, *sentences: str) -> None:
        self.sentences.extend(filter(None, sentences))


@contextmanager
def flash_outcome(request: HttpRequest) -> Iterator[SuccessMessages]:
    """Turn the outcome into a message. `StepUpRequired` passes through, to the middleware that answers it."""
    report = SuccessMessages()
    try:
        yield report
    except Refused as refused:
        messages.error(request, refused.sentence)
    except TenantError as error:
        unsure = error.outcome is Certainty.UNKNOWN
        level = messages.WARNING if unsure else messages.ERROR
        messages.add_message(request, level, f"{error.cause} {error.consequence}")
    else:
        if report.sentences:
            messages.success(request, " ".join(report.sentences))
