"""Who gets through to the Management API: tokens, scopes, and the limits of a plan."""

import time
from collections.abc import Callable

import jwt
import pytest
from auth0.management import Auth0
from auth0.management.core.api_error import ApiError
from auth0.management.errors import ForbiddenError, UnauthorizedError

from tests.plugins.tenant_apis import TenantApis
from tests.support.tenant import Tenant

CALLS: list[tuple[str, Callable[[Auth0, str], object]]] = [
    ("read:users", lambda api, sub: api.users.get(sub)),
    ("read:users", lambda api, sub: list(api.users.list())),
    ("read:authentication_methods", lambda api, sub: list(api.users.authentication_methods.list(sub))),
    (
        "update:authentication_methods",
        lambda api, sub: api.users.authentication_methods.update(sub, "x", name="y"),
    ),
    ("delete:authentication_methods", lambda api, sub: api.users.authentication_methods.delete(sub, "x")),
    ("delete:authentication_methods", lambda api, sub: api.users.authentication_methods.delete_all(sub)),
    ("delete:guardian_enrollments", lambda api, sub: api.users.authenticators.delete_all(sub)),
    ("update:users", lambda api, sub: api.users.regenerate_recovery_code(sub)),
    ("update:users", lambda api, sub: api.users.multifactor.invalidate_remember_browser(sub)),
    (
        "create:guardian_enrollment_tickets",
        lambda api, sub: api.guardian.enrollments.create_ticket(user_id=sub),
    ),
    ("read:guardian_factors", lambda api, sub: api.guardian.factors.list()),
    ("update:guardian_factors", lambda api, sub: api.guardian.factors.set("otp", enabled=False)),
    ("read:mfa_policies", lambda api, sub: api.guardian.policies.list()),
    ("update:mfa_policies", lambda api, sub: api.guardian.policies.set(request=[])),
    ("read:sessions", lambda api, sub: list(api.users.sessions.list(sub))),
    ("delete:sessions", lambda api, sub: api.users.sessions.delete(sub)),
    ("delete:sessions", lambda api, sub: api.users.revoke_access(sub)),
    ("read:logs", lambda api, sub: list(api.logs.list())),
    ("read:roles", lambda api, sub: list(api.roles.list())),
    ("read:clients", lambda api, sub: list(api.clients.list())),
    ("read:client_grants", lambda api, sub: list(api.client_grants.list())),
    ("read:resource_servers", lambda api, sub: list(api.resource_servers.list())),
    ("read:connections", lambda api, sub: list(api.connections.list())),
    ("read:tenant_settings", lambda api, sub: api.tenants.settings.get()),
]


@pytest.mark.parametrize(("scope", "call"), CALLS)
def test_call_without_its_scope_is_forbidden_and_says_which(
    tenant: Tenant, apis: TenantApis, scope: str, call: Callable[[Auth0, str], object]
) -> None:
    api = apis.management("read:actions")
    with pytest.raises(ForbiddenError) as caught:
        call(api, tenant["tess"].sub)
    assert caught.value.body["errorCode"] == "insufficient_scope"
    assert scope in caught.value.body["message"]


def test_revoke_access_needs_both_scopes(tenant: Tenant, apis: TenantApis) -> None:
    with pytest.raises(ForbiddenError):
        apis.management("delete:sessions").users.revoke_access(tenant["tess"].sub)


def test_call_with_its_scope_alone_gets_through(tenant: Tenant, apis: TenantApis) -> None:
    assert apis.management("read:users").users.get(tenant["tess"].sub).email == "tess@example.test"


def test_call_with_a_token_for_another_audience_is_unauthorized(tenant: Tenant, apis: TenantApis) -> None:
    token = apis.person_token(tenant["nia"], "read:me:factors")
    with pytest.raises(UnauthorizedError) as caught:
        apis.management(token=token).users.get(tenant["nia"].sub)
    assert caught.value.body["message"].startswith("Bad audience")


def test_call_with_an_expired_token_is_unauthorized(tenant: Tenant, apis: TenantApis) -> None:
    api = apis.management()
    tenant.clock(90_000)
    with pytest.raises(UnauthorizedError):
        api.users.get(tenant["nia"].sub)


def test_call_with_a_token_of_somebody_elses_key_is_unauthorized(tenant: Tenant, apis: TenantApis) -> None:
    real = apis.machine_token()
    claims = jwt.decode(real, options={"verify_signature": False})
    forged = jwt.encode(claims, "k" * 32, "HS256", headers={"kid": jwt.get_unverified_header(real)["kid"]})
    unsigned = jwt.encode(claims, "", "none")
    for token in (forged, unsigned, real[:-4] + "AAAA", "not-a-token"):
        with pytest.raises(UnauthorizedError):
            apis.management(token=token).users.get(tenant["nia"].sub)


def test_call_without_a_token_is_unauthorized(tenant: Tenant) -> None:
    response = tenant.http.get(f"{tenant.base_url}/api/v2/users", timeout=10)
    assert (response.status_code, response.json()["message"]) == (401, "Missing authentication")


def test_answers_carry_the_state_of_the_bucket(tenant: Tenant, apis: TenantApis) -> None:
    tenant.set_settings(rate_limits=True, plan="paid")
    answer = apis.management().guardian.policies.with_raw_response.list()
    assert answer.headers["x-ratelimit-limit"] == "10"
    assert answer.headers["x-ratelimit-remaining"] == "9"
    assert 0 <= int(answer.headers["x-ratelimit-reset"]) - time.time() <= 2


def refused_after(api: Auth0, most: int) -> int:
    """How many calls in a row get through before one does not."""
    for count in range(most):
        try:
            api.guardian.policies.list()
        except ApiError as error:
            return count if error.status_code == 429 else -1
    return most


def test_free_plan_refuses_a_burst_and_recovers_in_a_second(tenant: Tenant, apis: TenantApis) -> None:
    api = apis.management()
    tenant.set_settings(rate_limits=True, plan="free")
    assert 0 < refused_after(api, 20) < 8
    tenant.clock(5)
    api.guardian.policies.list()


def test_paid_plan_has_separate_buckets_for_reading_people(tenant: Tenant, apis: TenantApis) -> None:
    api = apis.management()
    tenant.set_settings(rate_limits=True, plan="paid")
    refused_after(api, 60)
    assert api.users.get(tenant["nia"].sub).email == "nia@example.test"


def test_limits_switched_off_refuse_nothing(apis: TenantApis) -> None:
    assert refused_after(apis.management(), 60) == 60


def test_refusal_by_limit_is_in_the_log(tenant: Tenant, apis: TenantApis) -> None:
    api = apis.management()
    tenant.set_settings(rate_limits=True, plan="free")
    refused_after(api, 20)
    tenant.set_settings(rate_limits=False)
    assert "api_limit" in {entry.type for entry in api.logs.list()}
