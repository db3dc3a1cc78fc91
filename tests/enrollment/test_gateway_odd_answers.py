"""Writes answered oddly: only the documented success is a yes, only a documented refusal a no."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from accounts.auth0.errors import Certainty, Problem, TenantError
from enrollment.gateways.access import AccessGateway
from enrollment.gateways.management import ManagementGateway
from enrollment.gateways.my_account import MyAccountGateway
from enrollment.kinds import totp
from tests.enrollment.my_account_api import COLLECTION, CREATE, DELETE, VERIFY, app_code
from tests.plugins.tenant_apis import TenantApis
from tests.support.tenant import Tenant

APP = "totp|dev_tess_totp"
METHOD = "/api/v2/users/*/authentication-methods/*"
LARGE = "x" * 5_000_000


@dataclass(frozen=True)
class Write:
    """A call that changes something, where it goes, and what a success of it looks like."""

    call: Callable[[Any, str], object]
    route: str
    status: int
    body: str = ""


MANAGEMENT = {
    "rename": Write(
        lambda api, sub: api.rename_method(sub, APP, "Other"),
        f"PATCH {METHOD}",
        200,
        f'{{"id": "{APP}", "type": "totp", "name": "Other"}}',
    ),
    "delete": Write(lambda api, sub: api.delete_method(sub, APP), f"DELETE {METHOD}", 204),
    "discard": Write(lambda api, sub: api.discard_method(sub, APP), f"DELETE {METHOD}", 204),
    "recovery-code": Write(
        lambda api, sub: api.regenerate_recovery_code(sub),
        "POST /api/v2/users/*/recovery-code-regeneration",
        200,
        '{"recovery_code": "ABCDEFGH12345678"}',
    ),
    "ticket": Write(
        lambda api, sub: api.create_ticket(sub, None, send_mail=False),
        "POST /api/v2/guardian/enrollments/ticket",
        200,
        '{"ticket_id": "gten_1", "ticket_url": "https://tenant.example/guardian/enroll?ticket=1"}',
    ),
    "browsers": Write(
        lambda api, sub: api.forget_browsers(sub),
        "POST /api/v2/users/*/multifactor/actions/invalidate-remember-browser",
        204,
    ),
    "switch": Write(
        lambda api, _sub: api.set_factor("otp", enabled=False),
        "PUT /api/v2/guardian/factors/*",
        200,
        '{"enabled": false}',
    ),
    "policy": Write(
        lambda api, _sub: api.set_policies(["all-applications"]),
        "PUT /api/v2/guardian/policies",
        200,
        '["all-applications"]',
    ),
    "revoke": Write(lambda api, sub: api.revoke_access(sub), "POST /api/v2/users/*/revoke-access", 202),
    "revoke-one": Write(
        lambda api, sub: api.revoke_session(sub, "one"), "POST /api/v2/users/*/revoke-access", 202
    ),
    "sessions": Write(lambda api, sub: api.end_sessions(sub), "DELETE /api/v2/users/*/sessions", 202),
    "tokens": Write(
        lambda api, sub: api.revoke_refresh_tokens(sub), "DELETE /api/v2/users/*/refresh-tokens", 202
    ),
}
# What the description has for none of these calls, or for another one alone.
ODD_STATUSES = (200, 201, 202, 204, 206, 302, 402, 405, 410, 418, 451, 502)
ODD_BODIES = {
    "html": "<html>Welcome to the airport</html>",
    "nothing": "",
    "object": "{}",
    "list": "[]",
    "null": "null",
    "large": LARGE,
}
SAYS_OTHERWISE = {
    "switch": '{"enabled": true}',
    "policy": '["confidence-score"]',
    "rename": f'{{"id": "{APP}", "type": "totp", "name": "Another"}}',
    "ticket": '{"ticket_id": "gten_1", "ticket_url": "javascript:alert(1)"}',
    "recovery-code": '{"recovery_code": 7}',
}
every_write = pytest.mark.parametrize("write", MANAGEMENT.values(), ids=MANAGEMENT)


@pytest.fixture
def gateway(tenant: Tenant, db: None) -> AccessGateway:
    gateway = AccessGateway.current()
    gateway.get_policies()
    return gateway


def outcome_of(call: Callable[[], object]) -> tuple[Problem, Certainty]:
    with pytest.raises(TenantError) as failure:
        call()
    return failure.value.code, failure.value.outcome


@every_write
def test_documented_success_is_a_yes(gateway: AccessGateway, tenant: Tenant, write: Write) -> None:
    tenant.fault(write.route, status=write.status, body=write.body)

    write.call(gateway, tenant["tess"].sub)


@pytest.mark.parametrize(
    ("name", "status"),
    [(name, odd) for name, write in MANAGEMENT.items() for odd in ODD_STATUSES if odd != write.status],
)
def test_status_that_is_not_documented_leaves_the_outcome_open(
    gateway: AccessGateway, tenant: Tenant, name: str, status: int
) -> None:
    write = MANAGEMENT[name]
    tenant.fault(write.route, status=status, body="" if status == 204 else write.body)

    _code, outcome = outcome_of(lambda: write.call(gateway, tenant["tess"].sub))
    assert outcome is Certainty.UNKNOWN


@every_write
@pytest.mark.parametrize("body", ODD_BODIES.values(), ids=ODD_BODIES)
def test_success_with_a_body_that_makes_no_sense_leaves_the_outcome_open(
    gateway: AccessGateway, tenant: Tenant, write: Write, body: str
) -> None:
    tenant.fault(write.route, status=200, body=body)

    outcome = outcome_of(lambda: write.call(gateway, tenant["tess"].sub))
    assert outcome == (Problem.GARBAGE, Certainty.UNKNOWN)


@pytest.mark.parametrize("name", SAYS_OTHERWISE)
def test_success_that_says_something_else_leaves_the_outcome_open(
    gateway: AccessGateway, tenant: Tenant, name: str
) -> None:
    write = MANAGEMENT[name]
    tenant.fault(write.route, status=200, body=SAYS_OTHERWISE[name])

    outcome = outcome_of(lambda: write.call(gateway, tenant["tess"].sub))
    assert outcome == (Problem.GARBAGE, Certainty.UNKNOWN)


@every_write
@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 429])
def test_documented_refusal_is_a_no(
    gateway: AccessGateway, tenant: Tenant, write: Write, status: int
) -> None:
    tenant.fault(write.route, status=status, headers={"Retry-After": "60"})

    assert outcome_of(lambda: write.call(gateway, tenant["tess"].sub))[1] is Certainty.NOT_DONE


# The person's own API


@pytest.fixture
def own(tenant: Tenant, apis: TenantApis) -> MyAccountGateway:
    return MyAccountGateway.current(apis.person_token(tenant["nia"], CREATE, DELETE))


Own = Callable[[MyAccountGateway], object]


def _verify(api: MyAccountGateway) -> object:
    begun = api.begin(totp.KIND)
    return api.verify(begun.location, begun.auth_session, code=app_code(begun))


OWN: dict[str, tuple[Own, str, int]] = {
    "begin": (lambda api: api.begin(totp.KIND), COLLECTION, 202),
    "verify": (_verify, VERIFY, 201),
    "delete": (lambda api: api.delete("totp|1"), "DELETE /me/v1/authentication-methods/*", 204),
}


@pytest.mark.parametrize(
    ("name", "status"),
    [(name, odd) for name, (_, _, status) in OWN.items() for odd in ODD_STATUSES if odd != status],
)
def test_status_of_ones_own_api_that_is_not_documented_leaves_the_outcome_open(
    own: MyAccountGateway, tenant: Tenant, name: str, status: int
) -> None:
    call, route, _status = OWN[name]
    body = '{"id": "totp|1", "type": "totp", "auth_session": "s", "barcode_uri": "otpauth://totp/x"}'
    tenant.fault(route, status=status, body="" if status == 204 else body)

    assert outcome_of(lambda: call(own))[1] is Certainty.UNKNOWN


@pytest.mark.parametrize("name", ["begin", "verify"])
@pytest.mark.parametrize("body", ODD_BODIES.values(), ids=ODD_BODIES)
def test_success_of_ones_own_api_that_makes_no_sense_leaves_the_outcome_open(
    own: MyAccountGateway, tenant: Tenant, name: str, body: str
) -> None:
    call, route, status = OWN[name]
    tenant.fault(route, status=status, body=body)

    assert outcome_of(lambda: call(own)) == (Problem.GARBAGE, Certainty.UNKNOWN)


@pytest.mark.parametrize("name", OWN)
@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 415, 429])
def test_documented_refusal_of_ones_own_api_is_a_no(
    own: MyAccountGateway, tenant: Tenant, name: str, status: int
) -> None:
    call, route, _status = OWN[name]
    tenant.fault(route, status=status, headers={"Retry-After": "60"})

    assert outcome_of(lambda: call(own))[1] is Certainty.NOT_DONE


def test_gateway_of_the_management_api_has_every_write_above() -> None:
    """A write that is added without its documented success would take anything for one."""
    mine = {name for name in vars(ManagementGateway) | vars(AccessGateway) if not name.startswith("_")}
    reads = {"current", "list_methods", "list_factors", "get_policies", "roles_of"}
    assert len(mine - reads) == len(MANAGEMENT)
