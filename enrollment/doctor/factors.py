"""Whether people have something good to add, and what the tenant asks of them."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from enrollment.account.tenant_switches import independent_switches, suggested
from enrollment.doctor.findings import Finding, State, unseen
from enrollment.kinds.registry import kinds, recovery_kind

FACTORS, RESISTANT, RECOVERY = "factors.independent", "factors.phishing-resistant", "factors.recovery-code"
POLICY, STEP_UP = "policy", "step-up.action"


def factors(switches: Mapping[str, bool] | None) -> list[Finding]:
    """Judge what is switched on; None where that may not be read."""
    if switches is None:
        return [unseen(name, "read:guardian_factors") for name in (FACTORS, RESISTANT, RECOVERY)]
    on = {name for name, is_on in switches.items() if is_on}
    return [_independent(switches), _resistant(on), _recovery(on)]


def _independent(switches: Mapping[str, bool]) -> Finding:
    if independent_switches(switches):
        return Finding(FACTORS, State.OK, _("A factor that stands alone is switched on."))
    return Finding(
        FACTORS,
        State.PROBLEM,
        _("No factor that stands alone is switched on: nobody can pass a step-up."),
        _("Switch one on with mfa_factors enable: %(names)s.") % {"names": suggested()},
    )


def _resistant(on: set[str]) -> Finding:
    if on & {kind.switch for kind in kinds() if kind.phishing_resistant}:
        return Finding(RESISTANT, State.OK, _("A phishing-resistant factor is switched on."))
    return Finding(
        RESISTANT,
        State.WARNING,
        _("No phishing-resistant factor is switched on: a fake sign-in page can ask for any of the others."),
        _("For example: mfa_factors enable webauthn-roaming."),
    )


def _recovery(on: set[str]) -> Finding:
    if recovery_kind().switch in on:
        return Finding(RECOVERY, State.OK, _("Recovery codes are switched on."))
    return Finding(
        RECOVERY,
        State.WARNING,
        _("Recovery codes are switched off: whoever loses their phone needs support."),
        _("Switch them on: mfa_factors enable recovery-code."),
    )


def policy(policies: Sequence[str] | None, switches: Mapping[str, bool] | None) -> Finding:
    """Say whom the tenant asks for a second factor; either None where it may not be read."""
    if policies is None:
        return unseen(POLICY, "read:mfa_policies")
    if policies and switches is not None and not independent_switches(switches):
        return Finding(
            POLICY,
            State.PROBLEM,
            _("The policy asks for a second factor, and there is none that people could add."),
            _("Switch a factor on, or run mfa_policy set never."),
        )
    named = ", ".join(policies) or "never"
    return Finding(POLICY, State.OK, _("The tenant's own policy is: %(policy)s.") % {"policy": named})


def step_up() -> Finding:
    """Say what no API tells: whether an Action answers to `acr_values`."""
    return Finding(
        STEP_UP,
        State.UNCHECKED,
        _("Whether an Action honours acr_values shows only when somebody is asked for a second factor."),
        _("Open the account security page, and change something: README has the Action."),
    )
