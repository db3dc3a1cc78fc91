"""The tenant's own tests: they need no site, so no settings are touched."""

import pytest

from tests.support.application import Application
from tests.support.tenant import Tenant
from tests.support.tenant_pages import TenantBrowser


@pytest.fixture
def tenant(tenant_process: Tenant) -> Tenant:
    """The local tenant, back at its seed, with rate limits off."""
    tenant_process.reset()
    tenant_process.set_settings(rate_limits=False)
    tenant_process.exchanges()
    return tenant_process


@pytest.fixture
def visitor(tenant: Tenant) -> TenantBrowser:
    """A browser with no cookies yet."""
    return TenantBrowser(tenant.base_url)


@pytest.fixture
def application(tenant: Tenant) -> Application:
    """The seed's web application."""
    return Application(tenant)
