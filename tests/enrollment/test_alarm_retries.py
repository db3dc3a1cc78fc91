"""“This wasn't me” locks at once; what it could not do at the tenant is tried until it is done."""

from collections.abc import Callable
from datetime import timedelta
from itertools import count

import pytest
from django.utils import timezone

from accounts.auth0.errors import TenantError
from accounts.models import AccountState
from enrollment.audit.log import Refused
from enrollment.flows.alarm import raise_alarm
from enrollment.flows.methods import remove_factor
from enrollment.flows.revocations import RETRY_AFTER
from enrollment.gateways.management import ManagementGateway
from enrollment.models.activity import ActivityEvent
from enrollment.models.locks import (
    LEASE,
    ChangeLease,
    LeaseTakenError,
    change_lease,
    current_lock,
    renew_lease,
)
from enrollment.models.operation import Operation
from enrollment.pending.state_machine import LEASE as WORKER_GONE
from mfaproject.users.models import User
from tests.enrollment.alarms import (
    APPS,
    BROWSERS,
    DONE,
    OUT_THERE,
    REVOKE,
    SESSIONS,
    alarm,
    outcomes,
    parts,
    user_of,
)
from tests.enrollment.conftest import Locals, acting
from tests.enrollment.console import run
from tests.enrollment.reading import SECURITY, text_of
from tests.support.clock import Clock
from tests.support.killing import Killed, killed_at
from tests.support.person import Person
from tests.support.tenant import Tenant

People = Callable[..., Person]
TRYING = "We keep trying."


def clear_faults(tenant: Tenant) -> None:
    tenant.http.delete(f"{tenant.base_url}/dev/faults", timeout=5)


def test_step_that_failed_is_tried_until_it_is_done_and_the_page_says_so(
    person: People, tenant: Tenant, elapse: Clock
) -> None:
    tess = person("tess")
    tess.open(SECURITY)
    tenant.fault(REVOKE, status=500)
    assert TRYING in parts(alarm(tess))[0]

    elapse(RETRY_AFTER)
    still = run("mfa_cleanup", "--json")
    assert still.status != 0
    assert {change["outcome"] for change in still.json["people"][0]["changes"]} == {"wait"}
    assert run("mfa_cleanup", "--json").json["people"] == []  # not so soon again
    assert TRYING in parts(tess.client.get(DONE))[0]
    clear_faults(tenant)
    elapse(RETRY_AFTER)
    done = run("mfa_cleanup", "--json")

    assert done.status == 0
    assert {change["outcome"] for change in done.json["people"][0]["changes"]} == {"done"}
    undone, said = parts(tess.client.get(DONE))
    assert undone == ""
    assert OUT_THERE in said
    assert APPS in said
    rows = ActivityEvent.objects.filter(action="tenant-sessions:ended").order_by("pk")
    assert [row.outcome for row in rows] == ["unknown", "done"]
    assert run("mfa_cleanup", "--json").json["people"] == []


def test_step_that_is_done_is_not_done_again(person: People, tenant: Tenant, elapse: Clock) -> None:
    tess = person("tess")
    tess.open(SECURITY)
    tenant.fault(BROWSERS, status=503)
    alarm(tess)
    clear_faults(tenant)
    elapse(RETRY_AFTER)
    tenant.exchanges()

    run("mfa_cleanup")

    changed = [call["path"] for call in tenant.exchanges("/api/v2/") if call["method"] != "GET"]
    assert [path.rsplit("/", 1)[-1] for path in changed] == ["invalidate-remember-browser"]


def test_step_that_is_not_offered_is_not_tried_again(person: People, tenant: Tenant, elapse: Clock) -> None:
    tess = person("tess")
    tess.open(SECURITY)
    for route in (REVOKE, SESSIONS):
        tenant.fault(route, status=403)

    assert TRYING not in text_of(alarm(tess))
    elapse(RETRY_AFTER)
    assert run("mfa_cleanup", "--json").json["people"] == []


def test_saying_it_again_takes_over_what_is_still_open(person: People, tenant: Tenant) -> None:
    tess = person("tess")
    tess.open(SECURITY)
    tenant.fault(BROWSERS, status=503)
    alarm(tess)
    clear_faults(tenant)

    assert parts(alarm(tess, DONE))[0] == ""
    assert not Operation.objects.open().exists()


def test_alarm_whose_worker_dies_anywhere_is_finished_by_cleanup(
    tenant: Tenant, local: Locals, elapse: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for point in count(1):
        remembered = {"token": "demo-browser", "created_at": 1, "last_used_at": 1}
        account = tenant.add_user(email=f"victim{point}@example.test", remembered_browsers=[remembered])
        user = local(account)
        try:
            with killed_at(point, monkeypatch) as deadline:
                raise_alarm(acting(user), user)
        except Killed:
            elapse(WORKER_GONE)
            run("mfa_cleanup")
            said = ActivityEvent.objects.of(user).filter(action="alarm:raised").exists()
            assert said == bool(current_lock(user)), deadline.place
            assert said == AccountState.objects.filter(user=user, session_generation=1).exists()
            assert (tenant.user(account)["remembered_browsers"] == []) is said, deadline.place
            rows = ActivityEvent.objects.of(user).filter(outcome="done")
            steps = ["browsers:forgotten", "sessions:ended", "tenant-sessions:ended", "tokens:revoked"]
            assert sorted(row.action for row in rows if row.action in steps) == (steps if said else [])
            assert not Operation.objects.open().exists(), deadline.place
        else:
            break
    assert point > 10


# The lease


def test_alarm_locks_and_revokes_at_once_and_another_change_loses_its_lease(
    tenant: Tenant, tess: User
) -> None:
    with change_lease(tess):
        raise_alarm(acting(tess), tess)

        assert current_lock(tess)
        assert {row.outcome for row in ActivityEvent.objects.of(tess)} == {"done"}
        with pytest.raises(TenantError) as stopped:
            ManagementGateway.current().delete_method(tess.social_auth.get().uid, "totp|dev_tess_totp")
        assert stopped.value.code == "account-locked"
        with pytest.raises(LeaseTakenError):
            renew_lease()


def test_retry_leaves_an_account_alone_that_is_being_changed(
    person: People, tenant: Tenant, elapse: Clock
) -> None:
    tess = person("tess")
    tess.open(SECURITY)
    tenant.fault(BROWSERS, status=503)
    alarm(tess)
    clear_faults(tenant)
    elapse(RETRY_AFTER)

    with change_lease(user_of(tess)):
        assert run("mfa_cleanup", "--json").status != 0
    assert outcomes(tess)["browsers:forgotten"] == "unknown"

    assert run("mfa_cleanup", "--json").status == 0
    assert outcomes(tess)["browsers:forgotten"] == "done"


@pytest.mark.parametrize(
    ("left", "said"), [(LEASE, "Try again in 30 seconds."), (timedelta(seconds=1), "in 1 second.")]
)
def test_whoever_meets_another_change_reads_how_long_it_may_last(
    tenant: Tenant, tess: User, left: timedelta, said: str
) -> None:
    ChangeLease.objects.create(subject=tess, held_until=timezone.now() + left)

    with pytest.raises(Refused) as refused:
        remove_factor(acting(tess), tess, "totp|dev_tess_totp")

    assert refused.value.sentence.endswith(said)
