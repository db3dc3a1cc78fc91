"""What a step-up interrupted, and where the visitor lands once the tenant has sent them back."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.auth0.grants import MyAccountGrant
from accounts.redirects import local_path, path_of_same_origin
from accounts.step_up.assurance import Assurance, Verdict, verdict
from accounts.step_up.drafts import keep_draft
from accounts.step_up.requirement import Requirement

SESSION_KEY = "accounts_step_up_pending"
MAX_PENDING = 5
SAFE_METHODS = frozenset({"GET", "HEAD"})
NOTHING_SENT = _(
    "You are back where you were. Nothing was sent yet: look the form over, type secrets and choose files "
    "again if it has any, and send it."
)


@dataclass(frozen=True)
class ReturnTo:
    """An interrupted request: what it needs, and how the last attempt at it ended."""

    next: str
    requirement: Requirement
    outcome: Verdict | None = None
    was_post: bool = False
    grant: MyAccountGrant | None = None


def default_destination() -> str:
    return resolve_url(settings.LOGIN_REDIRECT_URL)


def step_up_url(next_path: str) -> str:
    return f"{reverse('accounts:step-up')}?{urlencode({'next': next_path})}"


def sign_in_url(next_path: str) -> str:
    return f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': next_path})}"


def sign_in_and_return(request: HttpRequest) -> str:
    """Say where to sign in for an interrupted request; what was typed is kept for whom the form was for."""
    page = page_to_return_to(request)
    if request.method not in SAFE_METHODS:
        keep_draft(request, page)
    return sign_in_url(page)


def save_return_to(
    request: HttpRequest, requirement: Requirement, grant: MyAccountGrant | None = None
) -> str:
    """Remember an interrupted request and say where it can be taken up again, always by GET."""
    page, was_post = page_to_return_to(request), request.method not in SAFE_METHODS
    if was_post:
        keep_draft(request, page)
    _store(request, ReturnTo(page, requirement, was_post=was_post, grant=grant))
    return page


def page_to_return_to(request: HttpRequest) -> str:
    """A GET goes on as it was, query included; a form goes back to the page that it was typed on."""
    own = local_path(request.get_full_path()) or default_destination()
    if request.method in SAFE_METHODS:
        return own
    page = path_of_same_origin(
        request, request.headers.get("HX-Current-URL") or request.headers.get("Referer")
    )
    return page or (own if answers_get(request) else default_destination())


def answers_get(request: HttpRequest) -> bool:
    """Whether the interrupted view shows its form by GET; of a plain function nobody can tell but itself."""
    view = request.resolver_match.func if request.resolver_match else None
    view_class = getattr(view, "view_class", None)
    return view_class is None or hasattr(view_class, "get")


def load_return_to(request: HttpRequest, next_path: str) -> ReturnTo:
    """What is known about an interrupted request; somebody who came by themselves is asked for MFA."""
    return _pending(request).get(next_path) or ReturnTo(next_path, Requirement.mfa())


def destination_after_step_up(
    request: HttpRequest,
    next_path: str,
    requirement: Requirement,
    grant: MyAccountGrant | None,
    record: Assurance,
) -> str:
    """Choose the page after the tenant. A step-up that proved too little opens nothing: it is explained."""
    pending = load_return_to(request, next_path)
    outcome = verdict(record, requirement, timezone.now())
    if outcome is not Verdict.ALLOWED:
        _store(request, ReturnTo(pending.next, requirement, outcome, pending.was_post, grant))
        return step_up_url(next_path)
    _forget(request, next_path)
    if pending.was_post:
        messages.info(request, NOTHING_SENT)
    return next_path


def _pending(request: HttpRequest) -> dict[str, ReturnTo]:
    stored = request.session.get(SESSION_KEY) or []
    return {pending.next: pending for entry in stored if (pending := _load(entry))}


def _store(request: HttpRequest, pending: ReturnTo) -> None:
    others = [entry for path, entry in _pending(request).items() if path != pending.next]
    request.session[SESSION_KEY] = [_dump(entry) for entry in [*others, pending][-MAX_PENDING:]]


def _forget(request: HttpRequest, next_path: str) -> None:
    others = [entry for path, entry in _pending(request).items() if path != next_path]
    request.session[SESSION_KEY] = [_dump(entry) for entry in others]


def _dump(pending: ReturnTo) -> dict[str, Any]:
    return {
        "next": pending.next,
        "requirement": pending.requirement.dump(),
        "outcome": pending.outcome,
        "was_post": pending.was_post,
        "scopes": list(pending.grant.scopes) if pending.grant else None,
    }


def _load(entry: dict[str, Any]) -> ReturnTo | None:
    """Read one; another version's may ask for what this one does not know, and its gate asks again."""
    try:
        return ReturnTo(
            next=entry["next"],
            requirement=Requirement.load(entry["requirement"]),
            outcome=Verdict(entry["outcome"]) if entry["outcome"] else None,
            was_post=entry["was_post"],
            grant=MyAccountGrant(tuple(entry["scopes"])) if entry.get("scopes") else None,
        )
    except (KeyError, TypeError, ValueError, OverflowError):
        return None
