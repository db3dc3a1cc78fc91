"""Authentication methods through the Management API, driven by auth0-python's own client."""

from typing import Any

import pytest
from auth0.management import Auth0
from auth0.management.core.api_error import ApiError
from auth0.management.errors import (
    BadRequestError,
    ConflictError,
    ForbiddenError,
    NotFoundError,
)

from tests.plugins.tenant_apis import TenantApis
from tests.support.tenant import Account, Tenant


@pytest.fixture
def api(apis: TenantApis) -> Auth0:
    return apis.management()


def kinds(api: Auth0, account: Account) -> list[str]:
    return [method.type for method in api.users.authentication_methods.list(account.sub)]


def only(api: Auth0, account: Account, kind: str) -> Any:
    found = [each for each in api.users.authentication_methods.list(account.sub) if each.type == kind]
    assert len(found) == 1
    return found[0]


def raw(apis: TenantApis, account: Account, query: str = "") -> Any:
    """The list as it is on the wire."""
    url = (
        f"{apis.tenant.base_url}/api/v2/users/{account.sub.replace('|', '%7C')}/authentication-methods{query}"
    )
    headers = {"Authorization": f"Bearer {apis.machine_token()}"}
    return apis.tenant.http.get(url, headers=headers, timeout=10).json()


def test_list_shows_enrolled_methods_password_and_verified_email(tenant: Tenant, api: Auth0) -> None:
    expected = ["totp", "phone", "recovery-code", "password", "email-verification"]
    assert kinds(api, tenant["tess"]) == expected


def test_list_with_totals_names_its_members_authenticators(tenant: Tenant, apis: TenantApis) -> None:
    answer = raw(apis, tenant["tess"], "?include_totals=true&per_page=2&page=1")
    assert (answer["start"], answer["limit"], answer["total"]) == (2, 2, 5)
    assert len(answer["authenticators"]) == 2


def test_list_without_totals_is_a_bare_array(tenant: Tenant, apis: TenantApis) -> None:
    assert len(raw(apis, tenant["tess"])) == 5


def test_list_paged_by_two_gives_everything_once(tenant: Tenant, api: Auth0) -> None:
    pager = api.users.authentication_methods.list(tenant["tess"].sub, per_page=2)
    ids = [method.id for method in pager]
    assert len(ids) == len(set(ids)) == 5


def test_list_with_more_than_a_hundred_a_page_is_refused(tenant: Tenant, api: Auth0) -> None:
    with pytest.raises(BadRequestError):
        api.users.authentication_methods.list(tenant["tess"].sub, per_page=101)


def test_list_of_a_user_nobody_has_is_not_found(api: Auth0) -> None:
    with pytest.raises(NotFoundError) as caught:
        api.users.authentication_methods.list("auth0|nobody")
    assert caught.value.body["errorCode"] == "inexistent_user"


def test_list_leaves_verified_email_out_while_the_email_factor_is_off(tenant: Tenant, api: Auth0) -> None:
    tenant.set_settings(factors={"email": False})
    assert "email-verification" not in kinds(api, tenant["nia"])


def test_passkey_shows_what_it_is_bound_to(tenant: Tenant, api: Auth0) -> None:
    passkey = only(api, tenant["pat"], "passkey")
    assert passkey.relying_party_identifier == "localhost"
    assert passkey.credential_backed_up is True


def test_get_of_somebody_elses_method_is_not_found(tenant: Tenant, api: Auth0) -> None:
    theirs = only(api, tenant["tess"], "totp")
    with pytest.raises(NotFoundError):
        api.users.authentication_methods.get(tenant["ada"].sub, theirs.id)


def test_rename_is_kept(tenant: Tenant, api: Auth0) -> None:
    method = only(api, tenant["tess"], "totp")
    api.users.authentication_methods.update(tenant["tess"].sub, method.id, name="New phone")
    assert api.users.authentication_methods.get(tenant["tess"].sub, method.id).name == "New phone"


def test_rename_beyond_twenty_characters_is_refused(tenant: Tenant, api: Auth0) -> None:
    method = only(api, tenant["tess"], "totp")
    with pytest.raises(BadRequestError) as caught:
        api.users.authentication_methods.update(tenant["tess"].sub, method.id, name="x" * 21)
    assert "name" in caught.value.body["message"]
    assert only(api, tenant["tess"], "totp").name == method.name


def test_rename_of_a_passkey_is_kept(tenant: Tenant, api: Auth0) -> None:
    passkey = only(api, tenant["pat"], "passkey")
    api.users.authentication_methods.update(tenant["pat"].sub, passkey.id, name="Laptop")
    assert only(api, tenant["pat"], "passkey").name == "Laptop"


def test_preferred_method_of_anything_but_a_phone_is_refused(tenant: Tenant, api: Auth0) -> None:
    method, sub = only(api, tenant["tess"], "totp"), tenant["tess"].sub
    with pytest.raises(BadRequestError):
        api.users.authentication_methods.update(sub, method.id, preferred_authentication_method="voice")


def test_preferred_method_of_a_phone_is_kept(tenant: Tenant, api: Auth0) -> None:
    method, sub = only(api, tenant["tess"], "phone"), tenant["tess"].sub
    api.users.authentication_methods.update(sub, method.id, preferred_authentication_method="voice")
    assert only(api, tenant["tess"], "phone").preferred_authentication_method == "voice"


def test_delete_removes_that_method_alone(tenant: Tenant, api: Auth0) -> None:
    api.users.authentication_methods.delete(tenant["tess"].sub, only(api, tenant["tess"], "totp").id)
    assert kinds(api, tenant["tess"]) == ["phone", "recovery-code", "password", "email-verification"]


def test_delete_of_push_takes_its_totp_along(tenant: Tenant, api: Auth0) -> None:
    factors = [
        {"type": "push", "link_id": "dev_one", "name": "Phone"},
        {"type": "totp", "link_id": "dev_one"},
        {"type": "totp", "link_id": "dev_two"},
    ]
    account = tenant.add_user(email="pushy@example.test", factors=factors)
    api.users.authentication_methods.delete(account.sub, only(api, account, "push").id)
    left = list(api.users.authentication_methods.list(account.sub))
    assert [method.link_id for method in left if method.type == "totp"] == ["dev_two"]


def test_delete_twice_is_not_found_the_second_time(tenant: Tenant, api: Auth0) -> None:
    method, sub = only(api, tenant["tess"], "totp"), tenant["tess"].sub
    api.users.authentication_methods.delete(sub, method.id)
    with pytest.raises(NotFoundError):
        api.users.authentication_methods.delete(sub, method.id)


@pytest.mark.parametrize("kind", ["email-verification", "password"])
def test_delete_of_what_follows_from_the_account_is_refused(tenant: Tenant, api: Auth0, kind: str) -> None:
    method = only(api, tenant["tess"], kind)
    with pytest.raises(BadRequestError):
        api.users.authentication_methods.delete(tenant["tess"].sub, method.id)
    assert kind in kinds(api, tenant["tess"])


def test_delete_writes_unenroll_and_api_entries_to_the_log(tenant: Tenant, api: Auth0) -> None:
    api.users.authentication_methods.delete(tenant["tess"].sub, only(api, tenant["tess"], "totp").id)
    logged = [entry.type for entry in api.users.logs.list(tenant["tess"].sub)]
    assert {"sapi", "gd_unenroll"} <= set(logged)


def test_delete_all_leaves_only_what_follows_from_the_account(tenant: Tenant, api: Auth0) -> None:
    api.users.authentication_methods.delete_all(tenant["tess"].sub)
    assert kinds(api, tenant["tess"]) == ["password", "email-verification"]


def test_delete_all_with_a_passkey_is_forbidden_and_removes_nothing(tenant: Tenant, api: Auth0) -> None:
    with pytest.raises(ForbiddenError):
        api.users.authentication_methods.delete_all(tenant["pat"].sub)
    assert "passkey" in kinds(api, tenant["pat"])


def test_create_makes_a_confirmed_method(tenant: Tenant, api: Auth0) -> None:
    sub = tenant["nia"].sub
    made = api.users.authentication_methods.create(
        sub, type="phone", phone_number="+15555550177", name="Mobile"
    )
    found = api.users.authentication_methods.get(sub, made.id)
    assert (found.confirmed, found.phone_number, found.name) == (True, "+15555550177", "Mobile")


def test_create_of_the_same_phone_is_a_conflict(tenant: Tenant, api: Auth0) -> None:
    with pytest.raises(ConflictError):
        api.users.authentication_methods.create(tenant["tess"].sub, type="phone", phone_number="+15555550123")


def test_create_of_a_phone_without_number_is_refused(tenant: Tenant, api: Auth0) -> None:
    with pytest.raises(BadRequestError):
        api.users.authentication_methods.create(tenant["nia"].sub, type="phone")


def test_set_replaces_what_was_there(tenant: Tenant, api: Auth0) -> None:
    api.users.authentication_methods.set(
        tenant["tess"].sub, request=[{"type": "email", "email": "other@example.test"}]
    )
    assert kinds(api, tenant["tess"]) == ["email", "password", "email-verification"]


def test_set_with_a_passkey_is_forbidden(tenant: Tenant, api: Auth0) -> None:
    with pytest.raises(ForbiddenError):
        api.users.authentication_methods.set(tenant["pat"].sub, request=[])


def test_list_of_a_social_user_shows_no_password(tenant: Tenant, api: Auth0) -> None:
    assert kinds(api, tenant["gus"]) == ["email-verification"]


def test_unknown_member_in_a_body_is_refused(tenant: Tenant, api: Auth0) -> None:
    method = only(api, tenant["tess"], "totp")
    extra: Any = {"additional_body_parameters": {"colour": "blue"}}
    with pytest.raises(ApiError) as caught:
        api.users.authentication_methods.update(
            tenant["tess"].sub, method.id, name="New", request_options=extra
        )
    assert caught.value.status_code == 400
