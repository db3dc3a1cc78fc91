"""Whether the tenant's Actions ask people for their factors, and are the ones that this version ships."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from enrollment.account.sign_in import Demand
from enrollment.actions.plan import Binding, Comparison, State
from enrollment.doctor.findings import Finding, unseen
from enrollment.doctor.findings import State as Found

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
    return [
        _sign_in(demand),
        _step_up(is_bound="step-up" in bound, others=others),
        *([_claims(is_bound="claims" in bound, others=others)] if with_roles else []),
        *([_methods(is_bound="claims" in bound, others=others)] if with_methods else []),
        _current([each for each in found if each.is_bound]),
    ]


def _sign_in(demand: Demand) -> Finding:
    if demand is Demand.EVERYBODY:
        return Finding(SIGN_IN, Found.OK, _("Everybody is asked for a second factor at sign-in."))
    if demand is Demand.HOLDERS:
        return Finding(SIGN_IN, Found.OK, _("Whoever has a second factor is asked for it at sign-in."))
    if demand is Demand.UNKNOWN:
        return _unknown(SIGN_IN, _("Whether sign-in asks for a second factor depends on your Actions."))
    step = _("Run mfa_actions deploy, then mfa_actions bind sign-in.")
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


def _step_up(*, is_bound: bool, others: bool) -> Finding:
    if is_bound:
        return Finding(STEP_UP, Found.OK, _("An Action answers when this site asks for a second factor."))
    if others:
        return _unknown(STEP_UP, _("Whether a step-up is answered depends on your Actions."))
    return Finding(
        STEP_UP,
        Found.PROBLEM,
        _("No Action answers when this site asks for a second factor: every step-up fails."),
        _("Run mfa_actions deploy, then mfa_actions bind step-up."),
    )


def _claims(*, is_bound: bool, others: bool) -> Finding:
    if is_bound:
        return Finding(CLAIMS, Found.OK, _("An Action tells this site the roles."))
    if others:
        return _unknown(CLAIMS, _("Whether this site is told the roles depends on your Actions."))
    return Finding(
        CLAIMS,
        Found.WARNING,
        _("No Action tells this site the roles: nobody becomes staff by signing in."),
        _("Run mfa_actions deploy, then mfa_actions bind claims."),
    )


def _methods(*, is_bound: bool, others: bool) -> Finding:
    if is_bound:
        return Finding(METHODS, Found.OK, _("An Action tells this site which methods people used."))
    if others:
        return _unknown(
            METHODS, _("Whether this site is told which methods people used depends on your Actions.")
        )
    return Finding(
        METHODS,
        Found.WARNING,
        _("No Action tells this site which methods people used: signing in with a passkey opens nothing."),
        _("Run mfa_actions deploy, then mfa_actions bind claims."),
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


def _unknown(name: str, sentence: str) -> Finding:
    step = _("Try it with an account of your own, or bind the shipped one: see mfa_actions list.")
    return Finding(name, Found.UNCHECKED, sentence, step)
