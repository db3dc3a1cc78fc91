"""Whether the tenant is the right one and lets this site in, what it offers, and what it asks of people."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from django.utils.translation import gettext as _

from accounts.auth0.claims import CLOCK_LEEWAY
from enrollment.account.tenant_switches import independent_switches, suggested
from enrollment.doctor.findings import Finding, State, missing_from, unseen
from enrollment.kinds.registry import kinds, recovery_kind

DISCOVERY, CLOCK = "tenant.discovery", "tenant.clock"
CREDENTIALS, SCOPES = "management.credentials", "management.scopes"
# The Date header has whole seconds, and an answer takes its time.
UNSURE = timedelta(seconds=2)


def discovery(issuer: str, expected: str) -> Finding:
    """Compare the issuer that the tenant names with the one that its tokens are held to."""
    if issuer == expected:
        return Finding(DISCOVERY, State.OK, _("The tenant answers, and names the right issuer."))
    return Finding(
        DISCOVERY,
        State.PROBLEM,
        _("The tenant names another issuer than %(expected)s: every sign-in will be refused.")
        % {"expected": expected},
        _("Set AUTH0_DOMAIN to the domain, or the custom domain, that people sign in at."),
    )


def clock(skew: timedelta | None) -> Finding:
    """Judge how far the tenant's clock is ahead of ours; None where it did not say."""
    if skew is None:
        return Finding(CLOCK, State.UNCHECKED, _("The tenant did not say what time it is."))
    seconds = {"seconds": round(skew.total_seconds())}
    if abs(skew) <= CLOCK_LEEWAY - UNSURE:
        return Finding(CLOCK, State.OK, _("The clocks here and at the tenant agree."))
    return Finding(
        CLOCK,
        State.PROBLEM,
        _("The tenant's clock differs from this machine's by %(seconds)d seconds: sign-ins fail.") % seconds,
        _("Set this machine's clock by NTP."),
    )


def credentials(*, accepted: bool) -> Finding:
    """Say whether the Management API gave this site a token."""
    if accepted:
        return Finding(CREDENTIALS, State.OK, _("The Management API lets this site in."))
    return Finding(
        CREDENTIALS,
        State.PROBLEM,
        _("The Management API does not let this site in, so nothing more could be looked at."),
        _(
            "Check AUTH0_MGMT_CLIENT_ID and AUTH0_MGMT_CLIENT_SECRET, that the grant is there and, where "
            "AUTH0_DOMAIN is a custom domain, that AUTH0_MGMT_DOMAIN is the tenant's own."
        ),
    )


def scopes(granted: frozenset[str] | None, *, with_roles: bool) -> Finding:
    """Hold what was granted against what this site needs; None where the tenant did not say.

    `with_roles` says whether the site asks the tenant who is staff.
    """
    if granted is None:
        return Finding(SCOPES, State.UNCHECKED, _("The tenant did not say which scopes it granted."))
    missing = missing_from(granted, with_roles=with_roles)
    if not missing:
        return Finding(SCOPES, State.OK, _("Every scope that this site needs is granted."))
    return Finding(
        SCOPES,
        State.PROBLEM,
        _("The Management API application lacks scopes: %(scopes)s.") % {"scopes": ", ".join(missing)},
        _("Grant them in Auth0 under Applications → APIs → Auth0 Management API → Machine to Machine."),
    )


FACTORS, RESISTANT, RECOVERY = "factors.independent", "factors.phishing-resistant", "factors.recovery-code"
POLICY = "policy"


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
