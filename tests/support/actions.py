"""The shipped Actions at a test's tenant, where they come by the Management API as they do to any other."""

from django.test import override_settings

from enrollment.actions.plan import with_bound
from enrollment.flows.tenant_actions import compare, push
from enrollment.gateways.tenant_actions import ActionsGateway
from tests.support.tenant import ROLES_CLAIM, Tenant

SIGN_IN, STEP_UP, CLAIMS = "sign-in", "step-up", "claims"
RECOMMENDED = (SIGN_IN, STEP_UP, CLAIMS)


def install_actions(tenant: Tenant, *keys: str) -> None:
    """Deploy these and bind them, as `mfa_actions` does, with no database to write it down in."""
    tenant.set_settings(rate_limits=False)
    management = tenant.clients["management"]
    # A cache of its own: the machine's token would be the first test's.
    own_cache = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "install"}
    with override_settings(
        CACHES={"default": own_cache},
        AUTH0_DOMAIN=tenant.domain,
        AUTH0_MGMT_CLIENT_ID=management["client_id"],
        AUTH0_MGMT_CLIENT_SECRET=management["client_secret"],
        AUTH0_ROLES_CLAIM=ROLES_CLAIM,
    ):
        gateway = ActionsGateway.current()
        for each in compare(keys):
            push(gateway, each)
        gateway.set_bindings(with_bound(gateway.list_bindings(), compare(keys)))
