"""What a set-up check reads and writes: applications, grants, APIs, connections, tenant settings."""

import pytest
from auth0.management import Auth0
from auth0.management.errors import ConflictError, NotFoundError

from tests.plugins.tenant_apis import TenantApis
from tests.support.tenant import Tenant


@pytest.fixture
def api(apis: TenantApis) -> Auth0:
    return apis.management()


def test_clients_hide_their_secrets_from_a_token_without_the_scope(tenant: Tenant, apis: TenantApis) -> None:
    web = tenant.clients["web"]
    hidden = apis.management("read:clients").clients.get(web["client_id"])
    shown = apis.management("read:client_keys").clients.get(web["client_id"])
    assert (hidden.client_secret, shown.client_secret) == (None, web["client_secret"])


def test_clients_are_listed_with_their_callbacks(tenant: Tenant, api: Auth0) -> None:
    found = {str(client.client_id): client for client in api.clients.list()}
    assert "http://localhost:8000/auth/complete/auth0/" in (
        found[tenant.clients["web"]["client_id"]].callbacks or []
    )


def test_client_nobody_registered_is_not_found(api: Auth0) -> None:
    with pytest.raises(NotFoundError):
        api.clients.get("nobody")


def test_grants_are_filtered_by_client_and_subject(tenant: Tenant, api: Auth0) -> None:
    web = tenant.clients["web"]["client_id"]
    found = list(api.client_grants.list(client_id=web, subject_type="user"))
    audiences = {str(grant.audience) for grant in found}
    assert audiences == {f"{tenant.base_url}/me/", f"{tenant.base_url}/mfa/"}


def test_grant_is_made_once_and_changed(tenant: Tenant, api: Auth0) -> None:
    client, audience = tenant.clients["management"]["client_id"], f"{tenant.base_url}/me/"
    wanted = {"client_id": client, "audience": audience, "subject_type": "user"}
    made = api.client_grants.create(**wanted, scope=["read:me:factors"])
    with pytest.raises(ConflictError):
        api.client_grants.create(**wanted, scope=[])
    scopes = ["read:me:factors", "read:me:authentication_methods"]
    assert api.client_grants.update(str(made.id), scope=scopes).scope == scopes


def test_grant_for_an_unknown_api_is_not_found(tenant: Tenant, api: Auth0) -> None:
    with pytest.raises(NotFoundError):
        api.client_grants.create(client_id="demo-web", audience="https://nobody.example/", scope=[])


def test_grants_by_checkpoint_come_all_and_once(api: Auth0) -> None:
    ids = [grant.id for grant in api.client_grants.list(take=1)]
    assert len(ids) == len(set(ids)) == 3


def test_tenants_own_apis_are_system_apis(tenant: Tenant, api: Auth0) -> None:
    found = {str(each.identifier): each for each in api.resource_servers.list()}
    assert found[f"{tenant.base_url}/me/"].is_system is True
    one = api.resource_servers.get(f"{tenant.base_url}/me/")
    assert "read:me:factors" in [scope.value for scope in one.scopes or []]


def test_connections_are_filtered_by_strategy(api: Auth0) -> None:
    assert [each.name for each in api.connections.list(strategy=["auth0"])] == [
        "Username-Password-Authentication"
    ]


def test_settings_tell_whether_actions_may_ask_for_factors(tenant: Tenant, api: Auth0) -> None:
    assert api.tenants.settings.get().customize_mfa_in_postlogin_action is True
    tenant.set_settings(customize_mfa_in_postlogin_action=False)
    assert api.tenants.settings.get().customize_mfa_in_postlogin_action is False
