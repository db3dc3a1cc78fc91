"""Making a recovery code: shown once, kept nowhere, and honest when the new one is lost."""

import logging

import pytest
from pytest_django import Settings

from accounts.auth0.errors import Certainty, Problem, TenantError
from enrollment.audit.log import Refused
from enrollment.flows.recovery_code import RecoveryCodeLostError, new_recovery_code
from enrollment.models.activity import ActivityEvent
from mfaproject.users.models import User
from tests.enrollment.conftest import acting
from tests.support import shared_cache
from tests.support.mails import delivered
from tests.support.tenant import Tenant

REGENERATE = "POST /api/v2/users/*/recovery-code-regeneration"


def test_new_code_replaces_the_old_one(tenant: Tenant, tess: User) -> None:
    old = tenant.user(tenant["tess"])["recovery_code"]

    code = new_recovery_code(acting(tess), tess)

    assert code == tenant.user(tenant["tess"])["recovery_code"] != old


def test_new_code_is_kept_nowhere(tess: User, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    code = new_recovery_code(acting(tess), tess)

    assert code not in repr(ActivityEvent.objects.values())
    assert code not in repr(shared_cache.contents())
    assert code not in caplog.text
    assert code not in "".join(str(message.body) for message in delivered())


def test_code_without_a_second_factor_is_refused(tenant: Tenant, nia: User) -> None:
    with pytest.raises(Refused) as refused:
        new_recovery_code(acting(nia), nia)
    assert refused.value.code == "no-second-factor"
    assert not any(call["method"] == "POST" for call in tenant.exchanges("/api/v2/"))


@pytest.mark.parametrize(
    "fault", [{"drop": True, "after": True}, {"status": 500}, {"status": 200, "body": "<html>"}]
)
def test_lost_answer_says_that_the_old_code_may_be_dead(
    tenant: Tenant, tess: User, fault: dict[str, object]
) -> None:
    tenant.fault(REGENERATE, times=1, **fault)

    with pytest.raises(RecoveryCodeLostError) as failure:
        new_recovery_code(acting(tess), tess)
    assert failure.value.outcome is Certainty.UNKNOWN
    assert "the old one no longer works" in failure.value.consequence
    assert ActivityEvent.objects.get().outcome == "unknown"


def test_late_answer_is_lost_too(tenant: Tenant, tess: User, settings: Settings) -> None:
    settings.TENANT_READ_TIMEOUT = 0.3
    tenant.fault(REGENERATE, times=1, after=True, delay=0.6)

    with pytest.raises(RecoveryCodeLostError) as failure:
        new_recovery_code(acting(tess), tess)
    assert failure.value.code is Problem.TIMEOUT


def test_refusal_by_the_tenant_leaves_the_old_code_alone(tenant: Tenant, tess: User) -> None:
    old = tenant.user(tenant["tess"])["recovery_code"]
    tenant.fault(REGENERATE, status=429, headers={"Retry-After": "60"})

    with pytest.raises(TenantError) as failure:
        new_recovery_code(acting(tess), tess)
    assert failure.value.outcome is Certainty.NOT_DONE
    assert not isinstance(failure.value, RecoveryCodeLostError)
    assert tenant.user(tenant["tess"])["recovery_code"] == old
