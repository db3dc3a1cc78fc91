"""Step-up: the exception that asks for it, decorator and mixin that raise it, and the gate of the admin."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from http import HTTPStatus
from typing import Any, ClassVar, TypeVar, cast, overload

from asgiref.sync import iscoroutinefunction, sync_to_async
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import Resolver404, ResolverMatch, resolve, reverse
from django.utils import timezone
from django.views import View

from accounts import conf
from accounts.auth0.grants import MyAccountGrant
from accounts.identity import is_staff
from accounts.redirects import local_path
from accounts.step_up.assurance import Assurance, Verdict, judge_request, verdict
from accounts.step_up.requirement import Requirement
from accounts.step_up.return_to import sign_in_url

MARK = "step_up_requirement"

ViewFunction = Callable[..., HttpResponseBase]
# Sync and async views alike.
V = TypeVar("V", bound=Callable[..., Any])


class StepUpRequired(Exception):  # noqa: N818  # a state, not an error (CONTRIBUTING.md, words)
    """What was asked for needs a proof that this session lacks; `StepUpMiddleware` answers it.

    `grant` asks for a token of the My Account API as well (`accounts.step_up.my_account.require_token`).
    """

    def __init__(
        self, requirement: Requirement, verdict: Verdict, grant: MyAccountGrant | None = None
    ) -> None:
        super().__init__(f"step-up required: {verdict}")
        self.requirement = requirement
        self.verdict = verdict
        self.grant = grant


def require(assurance: Assurance | None, requirement: Requirement, now: datetime | None = None) -> None:
    """Raise `StepUpRequired` unless the record meets the requirement."""
    outcome = verdict(assurance, requirement, now or timezone.now())
    if outcome is not Verdict.ALLOWED:
        raise StepUpRequired(requirement, outcome)


def require_for(request: HttpRequest, requirement: Requirement | None = None) -> None:
    """Ask this request's visitor for a proof; by default a second factor within the site's window."""
    outcome = judge_request(request, requirement)
    if outcome is not Verdict.ALLOWED:
        raise StepUpRequired(requirement or Requirement.mfa(), outcome)


@overload
def step_up_required(view: V) -> V: ...
@overload
def step_up_required(view: Requirement | None = None) -> Callable[[V], V]: ...
def step_up_required(view: Any = None) -> Any:
    """Gate a view: `@step_up_required`, or `@step_up_required(Requirement.mfa(timedelta(minutes=2)))`."""
    if view is None or isinstance(view, Requirement):
        return lambda function: _gated(function, view)
    return _gated(view, None)


def _gated(view: ViewFunction, requirement: Requirement | None) -> ViewFunction:
    if isinstance(view, type):
        raise TypeError(
            "step_up_required gates functions; give a view class StepUpRequiredMixin as first base."
        )

    gated = (_async_gate if iscoroutinefunction(view) else _gate)(view, requirement)
    # Set after `wraps`, which copies the inner view's marks over ours.
    setattr(gated, MARK, requirement)
    return gated


def _gate(view: ViewFunction, requirement: Requirement | None) -> ViewFunction:
    @wraps(view)
    def gated(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        require_for(request, requirement)
        return view(request, *args, **kwargs)

    return gated


def _async_gate(view: Any, requirement: Requirement | None) -> Any:
    @wraps(view)
    async def gated(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        # Reads session and user, which may come from the database.
        await sync_to_async(require_for)(request, requirement)
        return cast(HttpResponseBase, await view(request, *args, **kwargs))

    return gated


class StepUpRequiredMixin:
    """Gates a view class outside `dispatch`, so that overriding `dispatch` cannot lose the gate.

    The middleware looks at the class as well, whatever a decorator around `as_view()` did.
    """

    step_up_requirement: ClassVar[Requirement | None] = None

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if View in cls.__mro__ and cls.__mro__.index(StepUpRequiredMixin) > cls.__mro__.index(View):
            raise TypeError(
                f"{cls.__name__}: put StepUpRequiredMixin before the view class, or it gates nothing."
            )

    @classmethod
    def as_view(cls, **initkwargs: Any) -> ViewFunction:
        view = cast(ViewFunction, super().as_view(**initkwargs))  # type: ignore[misc]  # the view class follows
        return _gated(view, initkwargs.get(MARK) or cls.step_up_requirement)


def require_for_view(request: HttpRequest, view: ViewFunction) -> None:
    """Ask for what a view's own mark names, or its class's; a view without one asks for nothing."""
    for holder in (view, getattr(view, "view_class", None)):
        if hasattr(holder, MARK):
            require_for(request, getattr(holder, MARK))
            return


ADMIN = "admin"


def gate_admin(
    request: HttpRequest, match: ResolverMatch, sign_out: Callable[[HttpRequest], HttpResponseBase]
) -> HttpResponseBase | None:
    """Refuse, redirect, raise `StepUpRequired`, or let through (None)."""
    if match.url_name == "logout":
        return sign_out(request)
    # Sending somebody who may never enter to prove more of themselves would be a loop.
    if request.user.is_authenticated and not is_staff(request.user):
        return render(request, "accounts/staff_only.html", status=HTTPStatus.FORBIDDEN)
    if match.url_name == "login":
        return _instead_of_login(request, match)
    require_for(request)
    return None


def _instead_of_login(request: HttpRequest, match: ResolverMatch) -> HttpResponseBase:
    """There is no password login: the page leads to Auth0, and on from there."""
    index = reverse(f"{match.namespace}:index")
    target = local_path(request.GET.get("next")) or index
    if not request.user.is_authenticated:
        return HttpResponseRedirect(sign_in_url(target))
    require_for(request)
    return HttpResponseRedirect(target if target != request.path else index)


def is_gated_admin(path: str) -> bool:
    """Tell whether a path of this site, query included, leads into an admin that asks for a second factor."""
    try:
        match = resolve(path.partition("?")[0])
    except Resolver404:
        return False
    return ADMIN in match.app_names and conf.gate_admin()
