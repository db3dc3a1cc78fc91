"""Whether the tenant is the right one, agrees on the time, and lets this site in."""

from datetime import timedelta

from django.utils.translation import gettext as _

from accounts.auth0.claims import CLOCK_LEEWAY
from enrollment.doctor.findings import Finding, State, missing_from

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
