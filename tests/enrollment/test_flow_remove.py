"""Removing a factor: the rule, the proof, the truth about what happened, and what it leaves behind."""

import time
from uuid import uuid4

import pytest
from django.utils import timezone
from pytest_django import Settings

from accounts.auth0.errors import Certainty, Problem, TenantError
from accounts.identity import subject_of
from accounts.step_up.gates import StepUpRequired
from accounts.step_up.requirement import Requirement
from enrollment.account.removal import MfaRequirement
from enrollment.actors import Actor
from enrollment.audit.log import Refused
from enrollment.flows.change import authorized_change
from enrollment.flows.methods import removal_plan, remove_factor
from enrollment.gateways.factor_cache import factors_of
from enrollment.gateways.management import ManagementGateway
from enrollment.models.activity import ActivityEvent
from enrollment.models.locks import LEASE, ChangeLease, change_lease
from mfaproject.users.models import User
from tests.enrollment.conftest import Locals, acting
from tests.support.clock import Clock
from tests.support.tenant import Tenant
from tests.support.threads import DatabaseThreads

TOTP, PHONE = "totp|dev_tess_totp", "phone|dev_tess_phone"
DELETE = "DELETE /api/v2/users/*/authentication-methods/*"
LIST = "GET /api/v2/users/*/authentication-methods"


def has(tenant: Tenant, nick: str, method_id: str) -> bool:
    return any(m["id"] == method_id for m in tenant.user(tenant[nick])["methods"])


def last_row() -> ActivityEvent:
    row = ActivityEvent.objects.first()
    assert row
    return row


def test_removal_is_done_at_the_tenant_and_shown_at_once(tenant: Tenant, tess: User) -> None:
    factors_of(subject_of(tess) or "")

    plan = remove_factor(acting(tess), tess, TOTP)

    assert plan.factor.id == TOTP
    assert not has(tenant, "tess", TOTP)
    assert factors_of(subject_of(tess) or "").find(TOTP) is None


def test_removed_factor_stays_gone_when_the_tenant_fails_afterwards(tenant: Tenant, tess: User) -> None:
    remove_factor(acting(tess), tess, TOTP)
    tenant.fault(LIST, status=403)

    shown = factors_of(subject_of(tess) or "")

    assert shown.stale
    assert shown.find(PHONE)
    assert shown.find(TOTP) is None


def test_removal_by_a_linked_method_removes_the_device(tenant: Tenant, local: Locals) -> None:
    linked = [
        {"type": "push", "link_id": "a", "id": "push|x"},
        {"type": "totp", "link_id": "a", "id": "totp|x"},
    ]
    user = local(tenant.add_user(email="linked@example.test", factors=linked))

    remove_factor(acting(user), user, "totp|x")

    assert factors_of(subject_of(user)).factors
    assert not any(f.is_second_factor for f in factors_of(subject_of(user)).factors or ())


def test_removal_warm_makes_two_calls(tenant: Tenant, tess: User) -> None:
    factors_of(subject_of(tess) or "")
    tenant.exchanges()

    remove_factor(acting(tess), tess, TOTP)

    assert [call["method"] for call in tenant.exchanges("/api/v2/")] == ["GET", "DELETE"]


# Proof


@pytest.mark.parametrize("mfa", [False, True])
def test_removal_needs_a_second_factor_and_a_sign_in_alone_is_not_one(tess: User, mfa: bool) -> None:
    actor = acting(tess, mfa=mfa)
    if mfa:
        remove_factor(actor, tess, TOTP)
        return
    with pytest.raises(StepUpRequired) as asked:
        remove_factor(actor, tess, TOTP)
    assert asked.value.requirement == Requirement.mfa()


def test_removal_after_the_window_needs_a_new_proof(tenant: Tenant, tess: User, elapse: Clock) -> None:
    actor = acting(tess)
    elapse(901)

    with pytest.raises(StepUpRequired):
        remove_factor(actor, tess, TOTP)
    assert has(tenant, "tess", TOTP)


def test_removal_without_proof_leaves_no_row_and_makes_no_call_when_warm(tenant: Tenant, tess: User) -> None:
    factors_of(subject_of(tess) or "")
    tenant.exchanges()

    with pytest.raises(StepUpRequired):
        remove_factor(acting(tess, mfa=False), tess, TOTP)
    assert tenant.exchanges() == []
    assert not ActivityEvent.objects.exists()


def test_removal_goes_by_the_list_of_now_where_the_cached_one_knew_no_factor(
    tenant: Tenant, nia: User
) -> None:
    factors_of(subject_of(nia) or "")
    tenant.add_user(email="nia@example.test", factors=[{"type": "totp", "id": "totp|new"}])

    with pytest.raises(StepUpRequired) as asked:
        remove_factor(acting(nia, mfa=False), nia, "totp|new")
    assert asked.value.requirement == Requirement.mfa()


# The rule


@pytest.mark.parametrize(
    ("mandate", "fields", "policies"),
    [(MfaRequirement.STAFF, {"is_staff": True}, []), (MfaRequirement.POLICY, {}, ["all-applications"])],
)
@pytest.mark.parametrize("source", ["page", "admin", "command"])
def test_last_factor_that_is_demanded_stays_whoever_asks(
    tenant: Tenant,
    local: Locals,
    ada: User,
    mandate: MfaRequirement,
    fields: dict[str, bool],
    policies: list[str],
    source: str,
) -> None:
    tenant.set_settings(policies=policies)
    sol = local("sol", **fields)
    actor = {
        "page": acting(sol),
        "admin": acting(ada, reason="Asked for by phone", source="admin"),
        "command": Actor.operator("root", "Asked for by phone"),
    }[source]

    with pytest.raises(Refused) as refused:
        remove_factor(actor, sol, "totp|dev_sol_totp")
    assert refused.value.code == f"last-factor:{mandate}"
    assert has(tenant, "sol", "totp|dev_sol_totp")


def test_last_factor_stays_where_the_policy_cannot_be_read(tenant: Tenant, local: Locals) -> None:
    tenant.fault("GET /api/v2/guardian/policies", status=403)
    sol = local("sol")

    with pytest.raises(Refused) as refused:
        remove_factor(acting(sol), sol, "totp|dev_sol_totp")
    assert refused.value.code == "last-factor:unknown"
    assert has(tenant, "sol", "totp|dev_sol_totp")


def test_last_factor_may_go_where_nobody_demands_it(tenant: Tenant, local: Locals) -> None:
    sol = local("sol")

    remove_factor(acting(sol), sol, "totp|dev_sol_totp")

    assert not has(tenant, "sol", "totp|dev_sol_totp")


@pytest.mark.parametrize("kind", ["password", "recovery-code", "email-verification"])
def test_what_cannot_be_removed_is_refused_before_any_call(tenant: Tenant, tess: User, kind: str) -> None:
    found = next(f for f in factors_of(subject_of(tess)).factors or () if f.kind.value == kind)

    with pytest.raises(Refused) as refused:
        remove_factor(acting(tess), tess, found.id)
    assert refused.value.code == f"not-removable:{kind}"
    assert not any(call["method"] == "DELETE" for call in tenant.exchanges())


def test_somebody_elses_factor_is_not_found(tenant: Tenant, tess: User) -> None:
    with pytest.raises(Refused) as refused:
        remove_factor(acting(tess), tess, "totp|dev_sol_totp")
    assert refused.value.code == "no-such-factor"
    assert has(tenant, "sol", "totp|dev_sol_totp")


def test_two_removals_at_once_do_not_each_count_on_the_other(tenant: Tenant, tess: User) -> None:
    """The second finds the account busy: one lock for a person, held from the list to the deletion."""
    with change_lease(tess), pytest.raises(Refused) as refused:
        remove_factor(acting(tess), tess, TOTP)
    assert refused.value.code == "busy"
    assert tenant.exchanges() == []
    assert has(tenant, "tess", TOTP)


def test_lease_of_a_worker_that_died_is_taken_over(tenant: Tenant, tess: User) -> None:
    ChangeLease.objects.create(subject=tess, held_until=timezone.now() + LEASE)
    with pytest.raises(Refused):
        remove_factor(acting(tess), tess, TOTP)
    ChangeLease.objects.update(held_until=timezone.now())
    remove_factor(acting(tess), tess, TOTP)
    assert not has(tenant, "tess", TOTP)


def test_change_that_lost_its_lease_writes_nothing(tenant: Tenant, tess: User) -> None:
    """It took so long that somebody else is at the account by now."""

    def lose_it_and_write() -> None:
        with authorized_change(acting(tess), tess):
            ChangeLease.objects.update(holder=uuid4())
            ManagementGateway.current().delete_method(subject_of(tess) or "", TOTP)

    with pytest.raises(Refused) as refused:
        lose_it_and_write()
    assert refused.value.code == "busy"
    assert has(tenant, "tess", TOTP)


def test_lease_is_renewed_before_each_write(tenant: Tenant, tess: User) -> None:
    with authorized_change(acting(tess), tess):
        ChangeLease.objects.update(held_until=timezone.now())
        ManagementGateway.current().delete_method(subject_of(tess) or "", TOTP)
        assert ChangeLease.objects.get().held_until > timezone.now() + LEASE / 2
    assert ChangeLease.objects.get().held_until <= timezone.now()


@pytest.mark.django_db(transaction=True)
def test_staff_racing_to_remove_both_factors_keeps_one(tenant: Tenant, local: Locals) -> None:
    tess = local("tess", is_staff=True)
    actor = acting(tess)

    def attempt(factor_id: str) -> bool:
        try:
            remove_factor(actor, tess, factor_id)
        except Refused:
            return False
        return True

    with DatabaseThreads(2) as workers:
        done = list(workers.map(attempt, [TOTP, PHONE]))

    assert any(done)
    assert not all(done)
    assert has(tenant, "tess", TOTP) or has(tenant, "tess", PHONE)


def test_lock_is_let_go_after_success_and_after_failure(tenant: Tenant, tess: User) -> None:
    tenant.fault(DELETE, status=403, times=1)
    with pytest.raises(TenantError):
        remove_factor(acting(tess), tess, TOTP)

    remove_factor(acting(tess), tess, TOTP)
    remove_factor(acting(tess), tess, PHONE)


# The truth about what happened


@pytest.mark.parametrize(
    "fault",
    [{"drop": True}, {"status": 500}, {"status": 502, "body": "<html>"}, {"status": 200, "body": "<html>"}],
)
def test_lost_answer_of_a_deletion_that_was_done_is_found_out(
    tenant: Tenant, tess: User, fault: dict[str, object]
) -> None:
    tenant.fault(DELETE, after=True, times=1, **fault)

    remove_factor(acting(tess), tess, TOTP)

    assert not has(tenant, "tess", TOTP)
    assert last_row().outcome == "done"
    time.sleep(0.2)  # the tenant writes it down after it has hung up
    assert sum(call["method"] == "DELETE" for call in tenant.exchanges()) == 1


def test_late_answer_of_a_deletion_that_was_done_is_found_out(
    tenant: Tenant, tess: User, settings: Settings
) -> None:
    settings.TENANT_READ_TIMEOUT = 0.3
    tenant.fault(DELETE, after=True, delay=0.8, times=1)

    remove_factor(acting(tess), tess, TOTP)

    assert not has(tenant, "tess", TOTP)


@pytest.mark.parametrize("fault", [{"drop": True}, {"status": 500}])
def test_lost_answer_of_a_deletion_that_was_not_done_says_so(
    tenant: Tenant, tess: User, fault: dict[str, object]
) -> None:
    tenant.fault(DELETE, times=1, **fault)

    with pytest.raises(TenantError) as failure:
        remove_factor(acting(tess), tess, TOTP)
    assert failure.value.outcome is Certainty.NOT_DONE
    assert has(tenant, "tess", TOTP)
    assert last_row().outcome == "failed"


@pytest.mark.parametrize("status", [200, 202])
def test_deletion_that_is_answered_by_an_odd_success_is_not_taken_for_done(
    tenant: Tenant, tess: User, status: int
) -> None:
    tenant.fault(DELETE, status=status, body="<html>Welcome</html>", times=1)

    with pytest.raises(TenantError) as failure:
        remove_factor(acting(tess), tess, TOTP)

    assert failure.value.outcome is Certainty.UNKNOWN
    assert last_row().outcome == "unknown"
    assert has(tenant, "tess", TOTP)


def test_timed_out_deletion_that_may_yet_happen_is_not_called_undone(
    tenant: Tenant, tess: User, settings: Settings
) -> None:
    settings.TENANT_READ_TIMEOUT = 0.3
    tenant.fault(DELETE, delay=0.8, times=1)

    with pytest.raises(TenantError) as failure:
        remove_factor(acting(tess), tess, TOTP)
    assert (failure.value.code, failure.value.outcome) == (Problem.TIMEOUT, Certainty.UNKNOWN)
    assert last_row().outcome == "unknown"
    deadline = time.monotonic() + 5
    while has(tenant, "tess", TOTP):
        assert time.monotonic() < deadline, "the tenant should have carried it out in the end"
        time.sleep(0.05)


def test_lost_answer_with_an_unreadable_list_stays_open(tenant: Tenant, tess: User) -> None:
    tenant.fault(LIST, times=1)  # the first list is answered …
    tenant.fault(LIST, status=403)  # … and no other
    tenant.fault(DELETE, drop=True, after=True, times=1)

    with pytest.raises(TenantError) as failure:
        remove_factor(acting(tess), tess, TOTP)
    assert (failure.value.code, failure.value.outcome) == (Problem.LOST, Certainty.UNKNOWN)
    assert str(failure.value.consequence) == "It may have been done: check the list."
    assert last_row().outcome == "unknown"


@pytest.mark.parametrize(
    "fault", [{"status": 403}, {"status": 429, "headers": {"Retry-After": "60"}}, {"status": 400}]
)
def test_refusal_by_the_tenant_is_not_done_and_needs_no_look(
    tenant: Tenant, tess: User, fault: dict[str, object]
) -> None:
    tenant.fault(DELETE, times=1, **fault)

    with pytest.raises(TenantError) as failure:
        remove_factor(acting(tess), tess, TOTP)
    assert failure.value.outcome is Certainty.NOT_DONE
    assert [call["method"] for call in tenant.exchanges("/api/v2/")] == ["GET", "DELETE"]


def test_factor_that_somebody_else_removed_meanwhile_is_gone_as_wished(tenant: Tenant, tess: User) -> None:
    tenant.fault(DELETE, status=404, body='{"statusCode":404}', after=True, times=1)

    remove_factor(acting(tess), tess, TOTP)

    assert last_row().outcome == "done"


def test_not_found_for_a_factor_that_is_there_is_not_taken_for_gone(tenant: Tenant, tess: User) -> None:
    tenant.fault(DELETE, status=404, times=1)

    with pytest.raises(TenantError) as failure:
        remove_factor(acting(tess), tess, TOTP)
    assert (failure.value.code, failure.value.outcome) == (Problem.NOT_FOUND, Certainty.NOT_DONE)


def test_tenant_down_before_the_change_is_not_done(tenant: Tenant, tess: User) -> None:
    tenant.fault("* /api/v2/**", status=503)

    with pytest.raises(TenantError) as failure:
        remove_factor(acting(tess), tess, TOTP)
    assert failure.value.outcome is Certainty.NOT_DONE
    assert last_row().outcome == "failed"


# The plan


def test_plan_changes_nothing_and_says_what_would_remain(tenant: Tenant, tess: User) -> None:
    plan = removal_plan(tess, TOTP)

    assert plan.allowed
    assert "a code sent to the phone “+1 ••••••23”" in plan.remaining[0]
    assert has(tenant, "tess", TOTP)


def test_plan_gives_the_same_refusal_as_the_removal(local: Locals) -> None:
    sol = local("sol", is_staff=True)

    refusal = removal_plan(sol, "totp|dev_sol_totp").refusal

    assert refusal
    assert refusal.code == "last-factor:staff"


def test_plan_insists_on_the_policy_only_where_it_decides(tenant: Tenant, tess: User, ada: User) -> None:
    tenant.fault("GET /api/v2/guardian/policies", status=503)

    assert removal_plan(tess, TOTP).allowed
    assert not removal_plan(ada, "totp|dev_ada_totp").allowed


def test_plan_reads_what_sign_in_demands_once_for_everybody(tenant: Tenant, tess: User, sol: User) -> None:
    removal_plan(tess, TOTP)
    tenant.exchanges()
    removal_plan(sol, "totp|dev_sol_totp")

    assert len(tenant.exchanges("/api/v2/")) == 1


def test_plan_with_nothing_known_raises_what_went_wrong(tenant: Tenant, tess: User) -> None:
    tenant.fault(LIST, status=403)

    with pytest.raises(TenantError):
        removal_plan(tess, TOTP)
