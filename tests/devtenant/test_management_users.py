"""People, roles, sessions and logs through the Management API."""

from collections.abc import Callable

import pytest
from auth0.management import Auth0
from auth0.management.core.api_error import ApiError
from auth0.management.errors import BadRequestError, ConflictError, NotFoundError

from tests.plugins.tenant_apis import TenantApis
from tests.support.tenant import Tenant

DATABASE = "Username-Password-Authentication"


@pytest.fixture
def api(apis: TenantApis) -> Auth0:
    return apis.management()


@pytest.fixture
def full(tenant: Tenant, apis: TenantApis) -> Auth0:
    """A client that may do what the seeded one may not."""
    client = tenant.clients["management"]
    audience = f"{tenant.base_url}/api/v2/"
    scopes = ["create:users", "update:users", "delete:users", "read:users", "create:roles", "delete:roles"]
    tenant.control(
        "clients", {"client_id": client["client_id"], "grants": {audience: [*scopes, "read:roles"]}}
    )
    return apis.management()


def test_user_by_subject_has_profile_and_identity(tenant: Tenant, api: Auth0) -> None:
    user = api.users.get(tenant["tess"].sub)
    assert (user.email, user.email_verified, user.name) == ("tess@example.test", True, "Tess Lindqvist")
    assert user.identities is not None
    assert [(each.connection, each.is_social) for each in user.identities] == [(DATABASE, False)]
    assert user.multifactor == ["guardian"]


def test_user_nobody_has_is_not_found(api: Auth0) -> None:
    with pytest.raises(NotFoundError) as caught:
        api.users.get("auth0|nobody")
    assert caught.value.body["errorCode"] == "inexistent_user"


@pytest.mark.parametrize(
    "call",
    [
        lambda api: list(api.users.authentication_methods.list("auth0|nobody")),
        lambda api: api.users.authentication_methods.set("auth0|nobody", request=[]),
        lambda api: list(api.users.roles.list("auth0|nobody")),
        lambda api: list(api.users.logs.list("auth0|nobody")),
        lambda api: list(api.users.sessions.list("auth0|nobody")),
        lambda api: api.users.regenerate_recovery_code("auth0|nobody"),
    ],
)
def test_call_about_a_user_nobody_has_is_not_found(api: Auth0, call: Callable[[Auth0], object]) -> None:
    with pytest.raises(ApiError) as caught:
        call(api)
    assert (caught.value.status_code, caught.value.body["errorCode"]) == (404, "inexistent_user")


def test_user_fields_limit_the_answer(tenant: Tenant, api: Auth0) -> None:
    user = api.users.get(tenant["tess"].sub, fields="email,name", include_fields=True)
    assert (user.email, user.user_id) == ("tess@example.test", None)


def test_users_by_email_compares_exactly(api: Auth0) -> None:
    found = api.users.list_users_by_email(email="tess@example.test")
    assert [user.email for user in found] == ["tess@example.test"]
    assert api.users.list_users_by_email(email="Tess@example.test") == []


def test_users_are_searched_and_paged(api: Auth0) -> None:
    everybody = [user.email for user in api.users.list(per_page=2)]
    assert len(everybody) == len(set(everybody)) == 6
    found = [user.email for user in api.users.list(q='email:"tess@example.test" OR name:Ada*')]
    assert sorted(map(str, found)) == ["ada@example.test", "tess@example.test"]
    assert [user.email for user in api.users.list(q="email:gus* AND email_verified:false")] == []


def test_nonsense_query_is_refused(api: Auth0) -> None:
    with pytest.raises(BadRequestError):
        api.users.list(q="who are you")


def test_created_user_can_be_changed_and_deleted(full: Auth0) -> None:
    made = full.users.create(connection=DATABASE, email="New@example.test", password="demo-Passw0rd!")
    sub = str(made.user_id)
    full.users.update(sub, name="New Person", app_metadata={"plan": "gold"})
    assert full.users.get(sub).name == "New Person"
    assert full.users.get(sub).app_metadata == {"plan": "gold"}
    full.users.delete(sub)
    with pytest.raises(NotFoundError):
        full.users.get(sub)


def test_second_user_with_the_same_address_is_a_conflict(full: Auth0) -> None:
    with pytest.raises(ConflictError):
        full.users.create(connection=DATABASE, email="tess@example.test", password="demo-Passw0rd!")


def test_blocking_a_user_is_kept(tenant: Tenant, api: Auth0) -> None:
    api.users.update(tenant["tess"].sub, blocked=True)
    assert api.users.get(tenant["tess"].sub).blocked is True


def test_new_address_is_not_verified_until_somebody_says_so(tenant: Tenant, api: Auth0) -> None:
    sub = tenant["tess"].sub
    assert api.users.update(sub, email="tessa@example.test").email_verified is False
    assert api.users.update(sub, email_verified=True).email_verified is True


def test_roles_of_a_user_are_listed_assigned_and_removed(tenant: Tenant, api: Auth0) -> None:
    sub = tenant["tess"].sub
    role = next(each for each in api.roles.list() if each.name == "support")
    api.users.roles.assign(sub, roles=[str(role.id)])
    assert [each.name for each in api.users.roles.list(sub)] == ["support"]
    api.users.roles.delete(sub, roles=[str(role.id)])
    assert list(api.users.roles.list(sub)) == []


def test_role_is_created_once(full: Auth0) -> None:
    made = full.roles.create(name="auditor", description="Reads all")
    assert full.roles.get(str(made.id)).description == "Reads all"
    with pytest.raises(ConflictError):
        full.roles.create(name="auditor")


def test_session_tells_when_the_second_factor_was_passed(
    tenant: Tenant, apis: TenantApis, api: Auth0
) -> None:
    tenant.set_settings(policies=["all-applications"])
    apis.person_token(tenant["ada"], "read:me:factors", factor="otp")
    (session,) = list(api.users.sessions.list(tenant["ada"].sub))
    assert session.authentication is not None
    assert session.authentication.methods is not None
    assert [method.name for method in session.authentication.methods] == ["pwd", "mfa"]
    assert api.sessions.get(str(session.id)).user_id == tenant["ada"].sub


def test_ended_sessions_are_gone(tenant: Tenant, apis: TenantApis, api: Auth0) -> None:
    apis.person_token(tenant["nia"], "read:me:factors")
    (session,) = list(api.users.sessions.list(tenant["nia"].sub))
    api.users.sessions.delete(tenant["nia"].sub)
    assert list(api.users.sessions.list(tenant["nia"].sub)) == []
    with pytest.raises(NotFoundError):
        api.sessions.get(str(session.id))


def test_revoke_access_ends_sessions_and_refresh_tokens(tenant: Tenant, apis: TenantApis, api: Auth0) -> None:
    sub = tenant["nia"].sub
    apis.person_token(tenant["nia"], "offline_access", audience="userinfo")
    assert len(list(api.users.refresh_token.list(sub))) == 1
    api.users.revoke_access(sub)
    assert list(api.users.refresh_token.list(sub)) == []
    assert list(api.users.sessions.list(sub)) == []


def test_revoke_access_may_keep_refresh_tokens(tenant: Tenant, apis: TenantApis, api: Auth0) -> None:
    sub = tenant["nia"].sub
    apis.person_token(tenant["nia"], "offline_access", audience="userinfo")
    api.users.revoke_access(sub, preserve_refresh_tokens=True)
    assert len(list(api.users.refresh_token.list(sub))) == 1


def test_logs_come_newest_first(api: Auth0) -> None:
    for policy in (["all-applications"], []):
        api.guardian.policies.set(request=policy)
    dates = [str(entry.date) for entry in api.logs.list()]
    assert dates == sorted(dates, reverse=True)


def test_logs_by_checkpoint_come_in_the_order_of_writing(
    tenant: Tenant, apis: TenantApis, api: Auth0
) -> None:
    newest_first = [str(entry.log_id) for entry in api.logs.list()]
    url, headers = f"{tenant.base_url}/api/v2/logs", {"Authorization": f"Bearer {apis.machine_token()}"}
    first = tenant.http.get(url, params={"take": "1"}, headers=headers, timeout=10).json()
    assert [entry["log_id"] for entry in first] == newest_first[-1:]
    after = {"from": first[0]["log_id"], "take": "10"}
    later = tenant.http.get(url, params=after, headers=headers, timeout=10).json()
    assert first[0]["log_id"] not in [entry["log_id"] for entry in later]
    assert later[-1]["type"] == "seccft"


def test_log_is_read_by_its_id(api: Auth0) -> None:
    entry = next(iter(api.logs.list()))
    assert api.logs.get(str(entry.log_id)).type == entry.type


def test_log_nobody_wrote_is_not_found(api: Auth0) -> None:
    with pytest.raises(NotFoundError):
        api.logs.get("log_nothing")
