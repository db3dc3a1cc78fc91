"""From the tenant to the site, over HTTP: what ends there is over here."""

import time
from collections.abc import Callable

import pytest
from pytest_django.live_server_helper import LiveServer

from accounts.models import UserSession
from tests.support.logout_tokens import BACKCHANNEL
from tests.support.person import Person
from tests.support.tenant import Tenant

People = Callable[..., Person]
PAGE = "/account/security/"


@pytest.fixture
def told(live_server: LiveServer, tenant: Tenant) -> None:
    """Have the tenant tell the site of everything."""
    order = {
        "client_id": tenant.clients["web"]["client_id"],
        "backchannel_logout_urls": [f"{live_server.url}{BACKCHANNEL}"],
        "backchannel_logout_initiators": ["all"],
    }
    tenant.control("clients", order)


def is_over(somebody: Person) -> bool:
    ends_at = time.monotonic() + 5
    while UserSession.objects.filter(user__social_auth__uid=somebody.account.sub).exists():
        if time.monotonic() > ends_at:
            return False
        time.sleep(0.02)
    return somebody.client.get(PAGE).status_code == 302


@pytest.mark.usefixtures("told")
def test_sign_out_from_another_application_is_one_here(person: People) -> None:
    tess = person("tess")
    tess.open(PAGE)
    tess.browser.open("/v2/logout")

    assert is_over(tess)


@pytest.mark.usefixtures("told")
def test_deleted_person_is_out_of_every_browser(person: People, tenant: Tenant) -> None:
    browsers = person("nia"), person("nia")
    for somebody in browsers:
        somebody.open(PAGE)
    tenant.http.delete(f"{tenant.base_url}/dev/users/{browsers[0].account.sub}", timeout=5)

    assert [is_over(somebody) for somebody in browsers] == [True, True]
