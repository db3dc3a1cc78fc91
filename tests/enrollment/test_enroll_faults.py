"""Calls of an enrollment that fail, or whose answer is lost: what is said of them is what is true."""

import time
from typing import Any

import pytest
from pytest_django import Settings

from accounts.auth0.errors import Certainty, Problem, TenantError
from enrollment.flows.enroll.begin import begin_enrollment
from enrollment.flows.enroll.resume import CodeLostError, enrollment_of, pending_of
from enrollment.kinds import email, passkey, phone, push, totp
from enrollment.kinds.base import Kind
from enrollment.models.activity import ActivityEvent
from enrollment.models.pending_enrollment import PendingEnrollment
from enrollment.pending.state_machine import LEASE, ORPHAN_AGE, RESEND_COOL_DOWN, State
from tests.enrollment.enrolling import BEGIN, KINDS, LIST, VERIFY, Enroller
from tests.support.clock import Clock

LOST: list[dict[str, Any]] = [{"drop": True}, {"status": 500}, {"status": 502, "body": "<html>"}]
REFUSED: list[tuple[dict[str, Any], Problem]] = [
    ({"status": 429, "headers": {"Retry-After": "60"}}, Problem.RATE_LIMITED),
    ({"status": 401}, Problem.TOKEN_ENDED),
    ({"status": 404}, Problem.NOT_ACTIVATED),
    ({"status": 409}, Problem.CONFLICT),
]


def now_is(enroller: Enroller, row: PendingEnrollment) -> State:
    return enrollment_of(enroller.user, str(row.pk)).status


def outcomes() -> list[str]:
    return [event.outcome for event in ActivityEvent.objects.filter(action="factor:added").order_by("pk")]


# The first call


@pytest.mark.parametrize(("fault", "problem"), REFUSED)
def test_begin_that_is_refused_leaves_nothing(
    nia_enrolls: Enroller, fault: dict[str, Any], problem: Problem
) -> None:
    nia_enrolls.tenant.fault(BEGIN, times=1, **fault)
    with pytest.raises(TenantError) as failure:
        nia_enrolls.begin()
    assert (failure.value.code, failure.value.outcome) == (problem, Certainty.NOT_DONE)
    row = PendingEnrollment.objects.get()
    assert (row.status, row.problem, row.clean_up_at) == (State.FAILED, problem, None)
    assert outcomes() == ["failed"]
    assert nia_enrolls.methods(confirmed=False) == []


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("fault", LOST)
def test_begin_whose_answer_is_lost_adds_nothing_and_says_so(
    nia_enrolls: Enroller, fault: dict[str, Any], after: bool
) -> None:
    """What was made without its `auth_session` can never be confirmed, so nothing was added, for certain."""
    nia_enrolls.tenant.fault(BEGIN, times=1, after=after, **fault)
    with pytest.raises(TenantError) as failure:
        nia_enrolls.begin()
    assert failure.value.outcome is Certainty.NOT_DONE
    assert PendingEnrollment.objects.get().status is State.FAILED
    assert len(nia_enrolls.methods(confirmed=False)) == after

    assert nia_enrolls.add(totp.KIND).pending.status is State.CONFIRMED


def test_begin_whose_answer_was_lost_is_cleaned_up_by_age(nia_enrolls: Enroller, elapse: Clock) -> None:
    nia_enrolls.tenant.fault(BEGIN, times=1, after=True, drop=True)
    with pytest.raises(TenantError):
        nia_enrolls.begin()
    nia_enrolls.begin(phone.KIND)
    assert sorted(m["type"] for m in nia_enrolls.methods(confirmed=False)) == ["phone", "totp"]

    elapse(ORPHAN_AGE)
    begin_again = nia_enrolls.begin(email.KIND)
    assert [m["type"] for m in nia_enrolls.methods(confirmed=False)] == [begin_again.kind]


def test_begin_without_a_list_makes_no_call_and_leaves_no_row(nia_enrolls: Enroller) -> None:
    nia_enrolls.tenant.fault(LIST, status=403)
    nia_enrolls.writes()
    with pytest.raises(TenantError):
        nia_enrolls.begin()
    assert nia_enrolls.writes() == 0
    assert not PendingEnrollment.objects.exists()


# The second call


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind is not push.KIND])
@pytest.mark.parametrize("fault", LOST)
def test_confirmation_whose_answer_is_lost_is_found_on_the_list(
    nia_enrolls: Enroller, kind: Kind, fault: dict[str, Any]
) -> None:
    row = nia_enrolls.begin(kind)
    nia_enrolls.tenant.fault(VERIFY, times=1, after=True, **fault)

    done = nia_enrolls.confirm(row, **nia_enrolls.proof(row)).pending

    assert (done.status, outcomes()) == (State.CONFIRMED, ["done"])
    assert kind.value in nia_enrolls.added()
    assert done.factor_id in {m["id"] for m in nia_enrolls.methods()}


@pytest.mark.parametrize("kind", [totp.KIND, phone.KIND, email.KIND])
@pytest.mark.parametrize("fault", LOST)
def test_confirmation_that_never_arrived_can_be_given_again(
    nia_enrolls: Enroller, kind: Kind, fault: dict[str, Any]
) -> None:
    row = nia_enrolls.begin(kind)
    proof = nia_enrolls.proof(row)
    nia_enrolls.tenant.fault(VERIFY, times=1, **fault)
    with pytest.raises(TenantError) as failure:
        nia_enrolls.confirm(row, **proof)
    assert failure.value.outcome is Certainty.NOT_DONE
    assert now_is(nia_enrolls, row) is State.CHALLENGED

    assert nia_enrolls.confirm(row, **proof).pending.status is State.CONFIRMED
    assert outcomes() == ["failed", "done"]


def test_passkey_that_never_arrived_is_over(nia_enrolls: Enroller) -> None:
    row = nia_enrolls.begin(passkey.KIND)
    nia_enrolls.tenant.fault(VERIFY, times=1, drop=True)
    with pytest.raises(TenantError) as failure:
        nia_enrolls.confirm(row, **nia_enrolls.proof(row))
    assert failure.value.outcome is Certainty.NOT_DONE
    assert now_is(nia_enrolls, row) is State.FAILED
    assert nia_enrolls.added() == []


@pytest.mark.parametrize(
    ("fault", "problem"), [case for case in REFUSED if case[1] is not Problem.NOT_ACTIVATED]
)
def test_confirmation_that_was_not_looked_at_keeps_the_enrollment(
    nia_enrolls: Enroller, fault: dict[str, Any], problem: Problem
) -> None:
    row = nia_enrolls.begin(phone.KIND)
    nia_enrolls.tenant.fault(VERIFY, times=1, **fault)
    with pytest.raises(TenantError) as failure:
        nia_enrolls.confirm(row, code=nia_enrolls.sent_code())
    assert failure.value.code is problem
    found = enrollment_of(nia_enrolls.user, str(row.pk))
    assert (found.status, found.attempts) == (State.CHALLENGED, 0)


def test_method_that_is_gone_at_the_tenant_ends_the_enrollment(nia_enrolls: Enroller) -> None:
    row = nia_enrolls.begin()
    nia_enrolls.tenant.fault(VERIFY, times=1, status=404)
    with pytest.raises(TenantError):
        nia_enrolls.confirm(row, code=nia_enrolls.app_code(row))
    assert now_is(nia_enrolls, row) is State.FAILED


@pytest.mark.parametrize("kind", [totp.KIND, passkey.KIND])
def test_lost_answer_with_an_unreadable_list_is_not_known_until_it_is(
    nia_enrolls: Enroller, kind: Kind, no_throttle: None
) -> None:
    row = nia_enrolls.begin(kind)
    nia_enrolls.tenant.fault(VERIFY, times=1, after=True, drop=True)
    nia_enrolls.tenant.fault(LIST, times=1)  # the list before the call is answered …
    nia_enrolls.tenant.fault(LIST, times=4, status=403)  # … and then none for a while
    with pytest.raises(TenantError) as failure:
        nia_enrolls.confirm(row, **nia_enrolls.proof(row))
    assert failure.value.outcome is Certainty.UNKNOWN
    assert outcomes() == ["unknown"]
    assert now_is(nia_enrolls, row) is State.UNKNOWN
    assert [each.status for each in pending_of(nia_enrolls.user)] == [State.UNKNOWN]

    assert _until(nia_enrolls, row, State.CONFIRMED)
    assert kind.value in nia_enrolls.added()
    assert outcomes() == ["unknown", "done"]


def test_timed_out_confirmation_is_not_called_undone_while_it_may_still_happen(
    nia_enrolls: Enroller, settings: Settings, no_throttle: None
) -> None:
    row = nia_enrolls.begin()
    settings.TENANT_READ_TIMEOUT = 0.3
    nia_enrolls.tenant.fault(VERIFY, times=1, delay=0.9)
    with pytest.raises(TenantError) as failure:
        nia_enrolls.confirm(row, code=nia_enrolls.app_code(row))
    assert (failure.value.code, failure.value.outcome) == (Problem.TIMEOUT, Certainty.UNKNOWN)
    assert now_is(nia_enrolls, row) is State.UNKNOWN

    assert _until(nia_enrolls, row, State.CONFIRMED)
    assert outcomes() == ["unknown", "done"]


def test_timed_out_confirmation_that_never_happened_can_be_given_again_later(
    nia_enrolls: Enroller, settings: Settings, elapse: Clock, no_throttle: None
) -> None:
    row = nia_enrolls.begin(phone.KIND)
    settings.TENANT_READ_TIMEOUT = 0.3
    nia_enrolls.tenant.fault(VERIFY, times=1, delay=0.9, status=500)
    with pytest.raises(TenantError):
        nia_enrolls.confirm(row, code=nia_enrolls.sent_code())
    settings.TENANT_READ_TIMEOUT = 5
    assert now_is(nia_enrolls, row) is State.UNKNOWN

    elapse(LEASE)
    assert now_is(nia_enrolls, row) is State.CHALLENGED
    assert nia_enrolls.confirm(row, code=nia_enrolls.sent_code()).pending.status is State.CONFIRMED


# Sending again


@pytest.mark.parametrize(("fault", "problem"), REFUSED)
def test_resend_that_is_refused_leaves_the_first_code_good(
    nia_enrolls: Enroller, elapse: Clock, fault: dict[str, Any], problem: Problem
) -> None:
    row = nia_enrolls.begin(phone.KIND)
    elapse(RESEND_COOL_DOWN)
    nia_enrolls.tenant.fault(BEGIN, times=1, **fault)
    with pytest.raises(TenantError) as failure:
        nia_enrolls.resend(row)
    assert failure.value.code is problem

    assert nia_enrolls.confirm(row, code=nia_enrolls.sent_code()).pending.status is State.CONFIRMED


def test_resend_whose_answer_is_lost_leaves_the_first_code_good_and_says_so(
    nia_enrolls: Enroller, elapse: Clock
) -> None:
    row = nia_enrolls.begin(phone.KIND)
    first = nia_enrolls.sent_code()
    elapse(RESEND_COOL_DOWN)
    nia_enrolls.tenant.fault(BEGIN, times=1, after=True, drop=True)
    with pytest.raises(CodeLostError) as failure:
        nia_enrolls.resend(row)
    assert "does not fit" in str(failure.value.consequence)

    assert nia_enrolls.confirm(row, code=first).pending.status is State.CONFIRMED


# Cleaning up


def test_cleaning_up_that_fails_is_left_for_later_and_fails_nobody(
    nia_enrolls: Enroller, elapse: Clock
) -> None:
    row = nia_enrolls.begin(phone.KIND)
    elapse(RESEND_COOL_DOWN)
    nia_enrolls.tenant.fault("DELETE /api/v2/users/*/authentication-methods/*", times=1, status=500)
    assert nia_enrolls.resend(row).status is State.CHALLENGED
    assert len(nia_enrolls.methods(confirmed=False)) == 2
    assert len(enrollment_of(nia_enrolls.user, str(row.pk)).orphans) == 1


def test_token_is_not_spent_on_a_list_that_cannot_be_read(nia_enrolls: Enroller) -> None:
    row = nia_enrolls.begin()
    nia_enrolls.writes()
    nia_enrolls.tenant.fault(LIST, status=403)
    with pytest.raises(TenantError):
        nia_enrolls.confirm(row, code=nia_enrolls.app_code(row))
    assert nia_enrolls.writes() == 0
    with pytest.raises(TenantError):
        begin_enrollment(nia_enrolls.actor, nia_enrolls.user, totp.KIND, nia_enrolls.token)


def _until(enroller: Enroller, row: PendingEnrollment, state: State) -> bool:
    deadline = time.monotonic() + 5
    while now_is(enroller, row) is not state:
        assert time.monotonic() < deadline, f"still {now_is(enroller, row)}"
        time.sleep(0.1)
    return True
