"""Look the tenant over, and change nothing."""

from collections.abc import Iterator

from django.urls import reverse

from accounts.conf import roles
from accounts.tenant import current_tenant, management_tenant, web_client
from enrollment import conf, doctor
from enrollment.doctor import Finding
from enrollment.gateways import Problem, TenantError
from enrollment.gateways.setup import SetupGateway, described

OURS = frozenset({Problem.CREDENTIALS, Problem.NOT_CONFIGURED})


def examined() -> Iterator[Finding]:
    """Yield what is found, in the order in which it is best mended.

    Raises `TenantError` where the tenant cannot be asked any more: what came before it stands.
    """
    seen, tenant = described(), current_tenant()
    yield doctor.discovery(seen.issuer, tenant.issuer)
    yield doctor.clock(seen.skew)
    gateway = SetupGateway.current()
    try:
        granted = gateway.granted()
    except TenantError as error:
        if error.code not in OURS:
            raise
        yield doctor.credentials(accepted=False)
        return
    yield doctor.credentials(accepted=True)
    yield doctor.scopes(granted, with_roles=bool(roles().claim))
    yield from _application(gateway)
    yield from _my_account(gateway)
    yield from _factors(gateway)
    yield doctor.step_up()


def _application(gateway: SetupGateway) -> list[Finding]:
    site, client_id = conf.site_url(), web_client().client_id
    callback = f"{site}{reverse('social:complete', args=['auth0'])}" if site else ""
    return doctor.application(gateway.application(client_id), client_id, callback, f"{site}/")


def _my_account(gateway: SetupGateway) -> Iterator[Finding]:
    audience, client_id = management_tenant().audience_my_account, web_client().client_id
    found = gateway.my_account(audience)
    yield doctor.api(found, audience)
    yield doctor.grant(gateway.grants(client_id, audience), client_id, found.policy if found else "")


def _factors(gateway: SetupGateway) -> list[Finding]:
    switches = gateway.switches()
    return [*doctor.factors(switches), doctor.policy(gateway.policies(), switches)]
