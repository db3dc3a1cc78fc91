"""Redirects of the tenant: none is followed, so that secrets, codes and keys stay between the two of us."""

from collections.abc import Callable

import pytest

from accounts.auth0.errors import Certainty, Problem, TenantError
from accounts.login.errors import LoginErrorCode
from enrollment.gateways.management import ManagementGateway
from enrollment.gateways.my_account import MyAccountGateway
from enrollment.gateways.tenant_setup import described
from enrollment.kinds import totp
from tests.accounts.conftest import PersonMaker
from tests.accounts.steps import assert_explained, assert_nobody_came_in, begin_sign_in
from tests.enrollment.my_account_api import CREATE
from tests.plugins.tenant_apis import TenantApis
from tests.support.tenant import Tenant

REDIRECTS = [301, 302, 303, 307, 308]
TOKEN, KEYS = "/oauth/token", "/.well-known/jwks.json"
DISCOVERY = "/.well-known/openid-configuration"
METHODS = "/api/v2/users/{}/authentication-methods"
OWN_METHODS = "/me/v1/authentication-methods"


def send_elsewhere(tenant: Tenant, route: str, path: str, status: int = 307) -> None:
    """Answer once with a redirect to the same place under another host's name, where it would succeed."""
    other = "127.0.0.1" if "localhost" in tenant.base_url else "localhost"
    port = tenant.base_url.rpartition(":")[2]
    headers = {"Location": f"http://{other}:{port}{path}"}
    tenant.fault(route, status=status, headers=headers, times=1)
    tenant.exchanges()


@pytest.mark.parametrize("status", REDIRECTS)
@pytest.mark.parametrize(("method", "path"), [("POST", TOKEN), ("GET", KEYS)])
def test_redirect_on_the_way_back_is_not_followed(
    tenant: Tenant, person: PersonMaker, method: str, path: str, status: int
) -> None:
    nia = person("nia")
    callback = nia.to_callback(begin_sign_in(nia))
    send_elsewhere(tenant, f"{method} {path}", path, status)

    assert_explained(nia.client.get(callback), LoginErrorCode.NONSENSE)
    assert len(tenant.exchanges(path)) == 1
    assert_nobody_came_in(nia)


def test_redirect_of_the_discovery_document_is_not_followed(tenant: Tenant, person: PersonMaker) -> None:
    nia = person("nia")
    send_elsewhere(tenant, f"GET {DISCOVERY}", DISCOVERY)

    assert_explained(begin_sign_in(nia), LoginErrorCode.NONSENSE)
    assert len(tenant.exchanges(DISCOVERY)) == 1


def test_redirect_without_an_address_is_no_answer_either(tenant: Tenant, person: PersonMaker) -> None:
    nia = person("nia")
    nia.come_back(begin_sign_in(nia))
    answered = tenant.exchanges(TOKEN)[-1]["response_body"]
    callback = nia.to_callback(begin_sign_in(nia))
    tenant.fault(f"POST {TOKEN}", status=307, body=answered, times=1)

    assert_explained(nia.client.get(callback), LoginErrorCode.NONSENSE)


def refused(call: Callable[[], object]) -> TenantError:
    with pytest.raises(TenantError) as caught:
        call()
    return caught.value


@pytest.mark.parametrize("status", REDIRECTS)
def test_redirect_of_the_machine_token_is_not_followed(tenant: Tenant, status: int) -> None:
    send_elsewhere(tenant, f"POST {TOKEN}", TOKEN, status)

    failure = refused(lambda: ManagementGateway.current().list_methods(tenant["tess"].sub))
    assert (failure.code, failure.outcome) == (Problem.GARBAGE, Certainty.NOT_DONE)
    assert len(tenant.exchanges(TOKEN)) == 1


def test_redirect_of_the_management_api_is_not_followed(tenant: Tenant) -> None:
    gateway, sub = ManagementGateway.current(), tenant["tess"].sub
    assert gateway.list_methods(sub)
    path = METHODS.format(sub.replace("|", "%7C"))
    send_elsewhere(tenant, "GET /api/v2/users/*/authentication-methods", path)

    assert refused(lambda: gateway.list_methods(sub)).code is Problem.GARBAGE
    assert len(tenant.exchanges("/api/v2")) == 1


def test_redirect_of_a_change_is_not_followed_and_its_outcome_is_unknown(tenant: Tenant, db: None) -> None:
    gateway, sub = ManagementGateway.current(), tenant["tess"].sub
    gateway.list_methods(sub)
    path = f"{METHODS.format(sub.replace('|', '%7C'))}/totp%7Cdev_tess_totp"
    send_elsewhere(tenant, "DELETE /api/v2/users/*/authentication-methods/*", path)

    failure = refused(lambda: gateway.delete_method(sub, "totp|dev_tess_totp"))
    assert (failure.code, failure.outcome) == (Problem.GARBAGE, Certainty.UNKNOWN)
    assert len(tenant.exchanges("/api/v2")) == 1
    assert "totp" in {method.type for method in gateway.list_methods(sub)}


def test_redirect_of_the_my_account_api_is_not_followed(tenant: Tenant, apis: TenantApis) -> None:
    gateway = MyAccountGateway.current(apis.person_token(tenant["nia"], CREATE))
    send_elsewhere(tenant, f"POST {OWN_METHODS}", OWN_METHODS)

    failure = refused(lambda: gateway.begin(totp.KIND))
    assert (failure.code, failure.outcome) == (Problem.GARBAGE, Certainty.UNKNOWN)
    assert len(tenant.exchanges(OWN_METHODS)) == 1


def test_redirect_of_the_doctors_look_is_not_followed(tenant: Tenant) -> None:
    send_elsewhere(tenant, f"GET {DISCOVERY}", DISCOVERY)

    assert refused(described).code is Problem.GARBAGE
    assert len(tenant.exchanges(DISCOVERY)) == 1
