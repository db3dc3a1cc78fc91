"""The tenant's own tests: they need no site, so no settings are touched."""

from collections.abc import Callable

import pytest

from tests.support.application import Application
from tests.support.second_factor import SecondFactor
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


@pytest.fixture
def everybody_asked(tenant: Tenant) -> None:
    """The policy "always": who has no factor has to enroll one. A step-up alone enrolls nobody."""
    tenant.set_settings(policies=["all-applications"])


@pytest.fixture
def asked(application: Application) -> Callable[[str], SecondFactor]:
    """`asked("tess")` is a visitor with a new browser, to be sent through the second-factor pages."""
    return lambda nick: SecondFactor(application, TenantBrowser(application.tenant.base_url), nick)
