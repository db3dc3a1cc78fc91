"""Changes already on their way when somebody freezes the account."""

from time import sleep

import pytest

from accounts.step_up.gates import StepUpRequired
from enrollment.audit.log import Refused
from enrollment.flows.methods import remove_factor
from enrollment.models.locks import lock_account
from mfaproject.users.models import User
from tests.enrollment.conftest import acting
from tests.support.tenant import Tenant
from tests.support.threads import DatabaseThreads

LIST = "GET /api/v2/users/*/authentication-methods"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("who", ["owner", "support"])
def test_change_that_waits_for_the_tenant_is_not_made_once_the_account_is_locked(
    tenant: Tenant, tess: User, sol: User, who: str
) -> None:
    actor = acting(tess) if who == "owner" else acting(sol, reason="They asked")
    tenant.fault(LIST, delay=1, times=1)

    def change() -> str:
        try:
            remove_factor(actor, tess, "totp|dev_tess_totp")
        except (StepUpRequired, Refused) as refused:
            return str(refused)
        return "removed"

    with DatabaseThreads(1) as worker:
        made = worker.submit(change)
        sleep(0.4)
        lock_account(tess)
    assert made.result() == ("step-up required: mfa_stale" if who == "owner" else "frozen")
    assert "totp" in [method["type"] for method in tenant.user(tenant["tess"])["methods"]]
