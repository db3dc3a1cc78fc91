"""Look the tenant over, and change nothing."""

from collections.abc import Iterator

from django.urls import reverse

from accounts.auth0.errors import Problem, TenantError
from accounts.auth0.tenant import current_tenant, management_tenant, web_client
from accounts.conf import roles
from enrollment import conf
from enrollment.doctor.application import application
from enrollment.doctor.connection import clock, credentials, discovery, scopes
from enrollment.doctor.factors import factors, policy, step_up
from enrollment.doctor.findings import Finding
from enrollment.doctor.my_account import api, grant
from enrollment.gateways.tenant_setup import SetupGateway, described

OURS = frozenset({Problem.CREDENTIALS, Problem.NOT_CONFIGURED})


def diagnose() -> Iterator[Finding]:
    """Yield what is found, in the order in which it is best mended.

    Raises `TenantError` where the tenant cannot be asked any more: what came before it stands.
    """
    seen, tenant = described(), current_tenant()
    yield discovery(seen.issuer, tenant.issuer)
    yield clock(seen.skew)
    gateway = SetupGateway.current()
    try:
        granted = gateway.granted()
    except TenantError as error:
        if error.code not in OURS:
            raise
        yield credentials(accepted=False)
        return
    yield credentials(accepted=True)
    yield scopes(granted, with_roles=bool(roles().claim))
    yield from _application(gateway)
    yield from _my_account(gateway)
    yield from _factors(gateway)
    yield step_up()


def _application(gateway: SetupGateway) -> list[Finding]:
    site, client_id = conf.site_url(), web_client().client_id
    callback = f"{site}{reverse('social:complete', args=['auth0'])}" if site else ""
    return application(gateway.application(client_id), client_id, callback, f"{site}/")


def _my_account(gateway: SetupGateway) -> Iterator[Finding]:
    audience, client_id = management_tenant().audience_my_account, web_client().client_id
    found = gateway.my_account(audience)
    yield api(found, audience)
    yield grant(gateway.grants(client_id, audience), client_id, found.policy if found else "")


def _factors(gateway: SetupGateway) -> list[Finding]:
    switches = gateway.switches()
    return [*factors(switches), policy(gateway.policies(), switches)]
