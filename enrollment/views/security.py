"""The account-security page: how well protected, with what, since when, and what to do about it."""

from collections.abc import Sequence
from math import ceil
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from accounts.auth0.errors import Problem
from accounts.step_up.assurance import read_assurance
from enrollment.account.methods import Factor
from enrollment.account.protection import Protection
from enrollment.account.sign_in import SignIn
from enrollment.flows.overview import check_again, security_overview
from enrollment.gateways.factor_cache import Snapshot
from enrollment.gateways.tenant_policy import likely_mfa_requirement
from enrollment.views.base import AccountView
from enrollment.views.session_proof import session_proof
from enrollment.views.view_models import (
    LOOKS,
    cards_of,
    improvement,
    offered_to,
    recovery_code_of,
)

# A page that somebody left open stops asking by then.
MOST_TRIES = 10
# The number of times that a page has filled itself already, in its own address.
TRIES = "tries"


class SecurityView(AccountView):
    http_method_names = ["get", "head", "options", "post"]

    def get(self, request: HttpRequest) -> HttpResponse:
        overview = security_overview(self.person)
        snapshot = overview.snapshot
        return self.page(
            "security.html",
            snapshot=snapshot,
            known=snapshot.factors is not None,
            retry_in=_seconds_to_wait(snapshot),
            fill_from=_fill_address(request, snapshot),
            events=overview.events,
            proof=session_proof(read_assurance(request), timezone.now()),
            # Nothing is offered while the tenant could not take it anyway.
            offers=[] if snapshot.problem else offered_to(self.person, snapshot.factors or ()),
            pending=overview.pending,
            **_judged(overview.protection),
            lock=overview.lock,
            recovery_unsaved=overview.recovery_unsaved,
            **self._listed(snapshot, overview.late, overview.sign_in),
        )

    def post(self, _request: HttpRequest) -> HttpResponse:
        """Check again: for somebody who has just added something elsewhere."""
        check_again(self.person, self.snapshot)
        return redirect("enrollment:security")

    def _listed(self, snapshot: Snapshot, late: Sequence[Factor], sign_in: SignIn) -> dict[str, Any]:
        factors = snapshot.factors or ()
        cards = cards_of(factors, likely_mfa_requirement(self.person), sign_in)
        return {
            "cards": cards,
            "late": [card for card in cards if card.factor in late],
            "recovery_code": recovery_code_of(factors),
            "has_second_factor": any(factor.is_second_factor for factor in factors),
        }


def _judged(protection: Protection | None) -> dict[str, Any]:
    if protection is None:
        return {}
    return {
        "protection": protection,
        "look": LOOKS[protection.level],
        "improvements": [improvement(suggestion) for suggestion in protection.suggestions],
    }


def _seconds_to_wait(snapshot: Snapshot) -> int:
    """Return what the tenant asked for, where it did, or when it is this page's turn to ask it."""
    problem = snapshot.problem
    shortest = 1 if problem and problem.code is Problem.RATE_LIMITED else 0
    return max(shortest, ceil(problem.retry_after or 0)) if problem else 0


def _fill_address(request: HttpRequest, snapshot: Snapshot) -> str:
    """Return where the page fills itself from once its turn has come; nothing where it has tried enough."""
    if snapshot.problem is None or snapshot.problem.code is not Problem.RATE_LIMITED:
        return ""
    said = request.GET.get(TRIES, "")
    tries = int(said) if said in map(str, range(MOST_TRIES + 1)) else 0
    return f"{reverse('enrollment:security')}?{TRIES}={tries + 1}" if tries < MOST_TRIES else ""
