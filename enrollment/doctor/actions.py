"""Whether the tenant's Actions ask people for their factors, and are the ones that this version ships."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enrollment.account.sign_in import Demand
from enrollment.actions.plan import Binding, Comparison, State
from enrollment.doctor.findings import Finding, unseen
from enrollment.doctor.findings import State as Found

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

SIGN_IN, STEP_UP, CLAIMS, CURRENT = "sign-in.action", "step-up.action", "claims.action", "actions.current"
METHODS = "methods.action"
SCOPE = "read:actions"


def actions(
    found: Sequence[Comparison] | None,
    flow: Sequence[Binding],
    demand: Demand,
    *,
    with_roles: bool,
    with_methods: bool,
) -> list[Finding]:
    """Judge the post-login flow, None where it may not be read, and whom it asks at sign-in.

    `with_roles` and `with_methods` say which claims this site reads.

    Somebody else's Action may do what ours do: what it does is not known, so that is said, and nothing else.
    """
    if found is None:
        return [unseen(name, SCOPE) for name in (SIGN_IN, STEP_UP, CLAIMS, METHODS, CURRENT)]
    bound = {each.action.key for each in found if each.is_bound}
    others = len(flow) > len(bound)
    reads = {ROLES_ACTION: with_roles, METHODS_ACTION: with_methods}
    wanted = [STEP_UP_ACTION, *(each for each, is_read in reads.items() if is_read)]
    return [
        _sign_in(demand),
        *(each.judge(bound, others=others) for each in wanted),
        _current([each for each in found if each.is_bound]),
    ]


def _sign_in(demand: Demand) -> Finding:
    if demand is Demand.EVERYBODY:
        return Finding(SIGN_IN, Found.OK, _("Everybody is asked for a second factor at sign-in."))
    if demand is Demand.HOLDERS:
        return Finding(SIGN_IN, Found.OK, _("Whoever has a second factor is asked for it at sign-in."))
    if demand is Demand.UNKNOWN:
        return _unknown(SIGN_IN, _("Whether sign-in asks for a second factor depends on your Actions."))
    step = _binding("sign-in")
    if demand is Demand.AT_RISK:
        sentence = _(
            "Sign-in asks for a second factor only where it looks risky: else a password alone opens an "
            "account that has one."
        )
        return Finding(SIGN_IN, Found.WARNING, sentence, step)
    return Finding(
        SIGN_IN,
        Found.WARNING,
        _("Sign-in asks nobody for a second factor: a password alone opens an account that has one."),
        step,
    )


@dataclass(frozen=True)
class _Expectation:
    """A finding about one shipped Action: bound, perhaps replaced by somebody else's, or missing."""

    name: str
    key: str
    bound: "StrOrPromise"
    unknown: "StrOrPromise"
    missing: "StrOrPromise"
    without: Found = Found.WARNING

    def judge(self, bound: Collection[str], *, others: bool) -> Finding:
        if self.key in bound:
            return Finding(self.name, Found.OK, str(self.bound))
        if others:
            return _unknown(self.name, str(self.unknown))
        return Finding(self.name, self.without, str(self.missing), _binding(self.key))


STEP_UP_ACTION = _Expectation(
    STEP_UP,
    "step-up",
    gettext_lazy("An Action answers when this site asks for a second factor."),
    gettext_lazy("Whether a step-up is answered depends on your Actions."),
    gettext_lazy("No Action answers when this site asks for a second factor: every step-up fails."),
    Found.PROBLEM,
)
ROLES_ACTION = _Expectation(
    CLAIMS,
    "claims",
    gettext_lazy("An Action tells this site the roles."),
    gettext_lazy("Whether this site is told the roles depends on your Actions."),
    gettext_lazy("No Action tells this site the roles: nobody becomes staff by signing in."),
)
METHODS_ACTION = _Expectation(
    METHODS,
    "claims",
    gettext_lazy("An Action tells this site which methods people used."),
    gettext_lazy("Whether this site is told which methods people used depends on your Actions."),
    gettext_lazy(
        "No Action tells this site which methods people used: signing in with a passkey opens nothing."
    ),
)


def _current(bound: Sequence[Comparison]) -> Finding:
    old = [each.action.key for each in bound if each.state is not State.CURRENT]
    if not old:
        return Finding(CURRENT, Found.OK, _("The shipped Actions that are bound are up to date."))
    return Finding(
        CURRENT,
        Found.WARNING,
        _("These Actions differ from the shipped ones: %(names)s.") % {"names": ", ".join(old)},
        _("Look with mfa_actions diff, then run mfa_actions deploy."),
    )


def _binding(key: str) -> str:
    return _("Run mfa_actions deploy, then mfa_actions bind %(name)s.") % {"name": key}


def _unknown(name: str, sentence: str) -> Finding:
    step = _("Try it with an account of your own, or bind the shipped one: see mfa_actions list.")
    return Finding(name, Found.UNCHECKED, sentence, step)
