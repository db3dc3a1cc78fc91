"""Factors and policies of the tenant through the Management API."""

import pytest
from auth0.management import Auth0
from auth0.management.core.api_error import ApiError
from auth0.management.errors import BadRequestError

from tests.plugins.tenant_apis import TenantApis
from tests.support.tenant import Tenant


@pytest.fixture
def api(apis: TenantApis) -> Auth0:
    return apis.management()


def enabled(api: Auth0) -> set[str]:
    return {str(factor.name) for factor in api.guardian.factors.list() if factor.enabled}


def test_factors_list_names_every_factor(api: Auth0) -> None:
    assert {factor.name for factor in api.guardian.factors.list()} == {
        *("push-notification", "sms", "email", "duo", "otp"),
        *("webauthn-roaming", "webauthn-platform", "recovery-code"),
    }


def test_factor_set_is_kept_and_leaves_the_others(api: Auth0) -> None:
    before = enabled(api)
    assert api.guardian.factors.set("otp", enabled=False).enabled is False
    assert enabled(api) == before - {"otp"}


@pytest.mark.parametrize("name", ["email", "webauthn-platform", "recovery-code"])
def test_dependent_factor_alone_is_refused(tenant: Tenant, api: Auth0, name: str) -> None:
    tenant.set_settings(factors=dict.fromkeys([str(f.name) for f in api.guardian.factors.list()], False))
    with pytest.raises(BadRequestError):
        api.guardian.factors.set(name, enabled=True)
    assert enabled(api) == set()


def test_dependent_factor_beside_an_independent_one_is_set(tenant: Tenant, api: Auth0) -> None:
    tenant.set_settings(factors={"email": False})
    api.guardian.factors.set("email", enabled=True)
    assert "email" in enabled(api)


def test_unknown_factor_is_refused(api: Auth0) -> None:
    with pytest.raises(BadRequestError):
        api.guardian.factors.set("carrier-pigeon", enabled=True)


def test_policy_set_is_kept(api: Auth0) -> None:
    assert api.guardian.policies.list() == []
    api.guardian.policies.set(request=["all-applications"])
    assert api.guardian.policies.list() == ["all-applications"]
    api.guardian.policies.set(request=[])
    assert api.guardian.policies.list() == []


def test_unknown_policy_is_refused_and_changes_nothing(api: Auth0) -> None:
    with pytest.raises(ApiError) as caught:
        api.guardian.policies.set(request=["on-tuesdays"])
    assert caught.value.status_code == 400
    assert api.guardian.policies.list() == []


def test_phone_message_types_are_kept(api: Auth0) -> None:
    assert api.guardian.factors.phone.get_message_types().message_types == ["sms", "voice"]
    api.guardian.factors.phone.set_message_types(message_types=["sms"])
    assert api.guardian.factors.phone.get_message_types().message_types == ["sms"]


def test_changes_of_the_tenant_are_in_its_log(api: Auth0) -> None:
    api.guardian.policies.set(request=["all-applications"])
    assert {"gd_tenant_update", "sapi"} <= {entry.type for entry in api.logs.list()}
