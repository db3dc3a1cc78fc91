"""A locked account: whoever calls the gateways, and whenever the change was let in, nothing is written."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.auth0.errors import Certainty, Problem, TenantError
from accounts.identity import subject_of
from enrollment.gateways.access import AccessGateway
from enrollment.gateways.my_account import MyAccountGateway, my_account_for
from enrollment.gateways.rate_limit import DEFAULT_LIMIT, rate_limit_of
from enrollment.kinds import totp
from enrollment.models.locks import lock_account
from mfaproject.users.models import User
from tests.enrollment.my_account_api import CREATE
from tests.plugins.tenant_apis import TenantApis
from tests.support.tenant import Tenant

APP = "totp|dev_tess_totp"
Write = Callable[[Any, str], object]
CHANGES: dict[str, Write] = {
    "rename": lambda api, sub: api.rename_method(sub, APP, "Other"),
    "delete": lambda api, sub: api.delete_method(sub, APP),
    "recovery-code": lambda api, sub: api.regenerate_recovery_code(sub),
    "ticket": lambda api, sub: api.create_ticket(sub, None, send_mail=False),
}
SHUTTING_OUT: dict[str, Write] = {
    "discard": lambda api, sub: api.discard_method(sub, APP),
    "browsers": lambda api, sub: api.forget_browsers(sub),
    "revoke": lambda api, sub: api.revoke_access(sub),
    "sessions": lambda api, sub: api.end_sessions(sub),
    "tokens": lambda api, sub: api.revoke_refresh_tokens(sub),
}
OWN: dict[str, Callable[[MyAccountGateway], object]] = {
    "begin": lambda api: api.begin(totp.KIND),
    "verify": lambda api: api.verify("/me/v1/authentication-methods/totp%7C1", "session", code="123456"),
    "delete": lambda api: api.delete("totp|1"),
}


def locked(call: Callable[[], object]) -> TenantError:
    with pytest.raises(TenantError) as failure:
        call()
    return failure.value


@pytest.mark.parametrize("write", CHANGES.values(), ids=CHANGES)
def test_locked_account_is_not_changed_and_another_is(
    tenant: Tenant, tess: User, nia: User, write: Write
) -> None:
    lock_account(nia)
    write(AccessGateway.current(), subject_of(tess) or "")
    lock_account(tess)
    tenant.exchanges()

    error = locked(lambda: write(AccessGateway.current(), subject_of(tess) or ""))

    assert (error.code, error.outcome) == (Problem.LOCKED, Certainty.NOT_DONE)
    assert tenant.exchanges() == []


@pytest.mark.parametrize("write", SHUTTING_OUT.values(), ids=SHUTTING_OUT)
def test_what_shuts_others_out_of_a_locked_account_is_done(tenant: Tenant, tess: User, write: Write) -> None:
    lock_account(tess)

    write(AccessGateway.current(), subject_of(tess) or "")


@pytest.mark.parametrize("write", OWN.values(), ids=OWN)
def test_locked_account_is_not_added_to_and_no_write_of_the_minute_is_spent(
    tenant: Tenant, nia: User, apis: TenantApis, write: Callable[[MyAccountGateway], object]
) -> None:
    gateway = my_account_for(subject_of(nia) or "", apis.person_token(tenant["nia"], CREATE))
    lock_account(nia)
    tenant.exchanges()

    error = locked(lambda: write(gateway))

    assert (error.code, error.outcome) == (Problem.LOCKED, Certainty.NOT_DONE)
    assert tenant.exchanges() == []
    assert rate_limit_of(subject_of(nia) or "").left == DEFAULT_LIMIT
