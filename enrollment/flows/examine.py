"""Look the tenant over, and change nothing."""

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.tenant import current_tenant, web_client
from enrollment import conf, doctor
from enrollment.doctor import Finding, State
from enrollment.gateways import Problem, TenantError
from enrollment.gateways.setup import SetupGateway, described

OURS = frozenset({Problem.CREDENTIALS, Problem.NOT_CONFIGURED})


def examined() -> list[Finding]:
    """Return what was found, in the order in which it is best mended.

    Raises `TenantError` where the tenant cannot be asked at all, and so nothing can be said about it.
    """
    seen, tenant = described(), current_tenant()
    found = [doctor.discovery(seen.issuer, tenant.issuer), doctor.clock(seen.skew)]
    gateway = SetupGateway.current()
    try:
        found.append(doctor.scopes(gateway.granted()))
    except TenantError as error:
        if error.code not in OURS:
            raise
        return [*found, _shut_out()]
    return [*found, *_application(gateway), *_my_account(gateway), *_factors(gateway), doctor.step_up()]


def _shut_out() -> Finding:
    return Finding(
        "management.credentials",
        State.PROBLEM,
        _("The Management API does not let this site in, so nothing more could be looked at."),
        _("Check AUTH0_MGMT_CLIENT_ID and AUTH0_MGMT_CLIENT_SECRET, and that the grant is there."),
    )


def _application(gateway: SetupGateway) -> list[Finding]:
    site = conf.site_url()
    callback = f"{site}{reverse('social:complete', args=['auth0'])}" if site else ""
    return doctor.application(gateway.application(web_client().client_id), callback, f"{site}/")


def _my_account(gateway: SetupGateway) -> list[Finding]:
    audience, client_id = current_tenant().audience_my_account, web_client().client_id
    return [
        doctor.api(gateway.has_api(audience), audience),
        doctor.grant(gateway.grants(client_id, audience), client_id),
    ]


def _factors(gateway: SetupGateway) -> list[Finding]:
    switches = gateway.switches()
    return [*doctor.factors(switches), doctor.policy(gateway.policies(), switches)]
