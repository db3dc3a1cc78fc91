"""Codes that are wrong, late, of another minute, sent again: none of them costs the enrollment."""

from datetime import timedelta
from urllib.parse import quote

import pytest
from django.core import mail
from django.utils import timezone
from pytest_django import Settings

from accounts.auth0.errors import Problem, RateLimited, TenantError
from enrollment.audit.log import Refused
from enrollment.flows.alarm import raise_alarm
from enrollment.flows.enroll.cleanup import cleanup_if_due
from enrollment.flows.enroll.errors import ClockOff, WrongCode
from enrollment.flows.enroll.resume import cancel_all, cancel_enrollment, enrollment_of, pending_of
from enrollment.flows.reset import reset_factors
from enrollment.kinds import email, passkey, phone, push, totp
from enrollment.kinds.base import Kind
from enrollment.models.activity import ActivityEvent
from enrollment.pending.repository import unsettled_enrollments
from enrollment.pending.state_machine import LIFE, MAX_ATTEMPTS, RESEND_COOL_DOWN, State
from mfaproject.users.models import User
from tests.enrollment.conftest import acting
from tests.enrollment.enrolling import Enroller, Maker
from tests.enrollment.my_account_api import VERIFY, problem
from tests.support.clock import Clock
from tests.support.tenant import TenantDiedError


def test_wrong_code_of_an_app_costs_no_write(nia_enrolls: Enroller) -> None:
    row = nia_enrolls.begin()
    nia_enrolls.writes()
    with pytest.raises(WrongCode) as wrong:
        nia_enrolls.confirm(row, code=nia_enrolls.wrong_code(row))
    assert wrong.value.attempts_left == MAX_ATTEMPTS - 1
    assert nia_enrolls.writes() == 0

    assert nia_enrolls.confirm(row, code=nia_enrolls.app_code(row)).pending.status is State.CONFIRMED


@pytest.mark.parametrize("kind", [phone.KIND, email.KIND])
def test_wrong_code_that_was_sent_keeps_the_enrollment(nia_enrolls: Enroller, kind: Kind) -> None:
    row = nia_enrolls.begin(kind)
    with pytest.raises(WrongCode):
        nia_enrolls.confirm(row, code=nia_enrolls.wrong_code(row))
    assert enrollment_of(nia_enrolls.user, str(row.pk)).attempts == 1
    assert nia_enrolls.confirm(row, code=nia_enrolls.sent_code()).pending.status is State.CONFIRMED


@pytest.mark.parametrize("steps", [-9, -3, 3, 9])
def test_code_of_another_minute_says_that_the_clock_is_off(nia_enrolls: Enroller, steps: int) -> None:
    row = nia_enrolls.begin()
    nia_enrolls.writes()
    moment = timezone.now() + timedelta(seconds=30 * steps)
    with pytest.raises(ClockOff) as off:
        nia_enrolls.confirm(row, code=nia_enrolls.app(row).at(moment))
    assert (off.value.code, off.value.behind) == ("clock-off", steps < 0)
    assert "your device's clock may be off" in off.value.sentence
    assert nia_enrolls.writes() == 0
    assert enrollment_of(nia_enrolls.user, str(row.pk)).attempts == 0


@pytest.mark.parametrize(("second", "steps"), [(3, -2), (26, 2)])
def test_code_of_a_step_beside_those_that_the_tenant_takes_is_no_wrong_code(
    nia_enrolls: Enroller, elapse: Clock, second: int, steps: int
) -> None:
    """Within the doubt about the tenant's clock only the tenant can tell, and what it says is not the why."""
    row = nia_enrolls.begin()
    elapse((second - timezone.now().timestamp()) % 30)
    with pytest.raises(ClockOff) as off:
        nia_enrolls.confirm(row, code=nia_enrolls.app(row).at(timezone.now() + timedelta(seconds=30 * steps)))
    assert off.value.behind is (steps < 0)
    left = enrollment_of(nia_enrolls.user, str(row.pk))
    assert (left.attempts, left.status) == (0, State.CHALLENGED)
    assert nia_enrolls.confirm(row, code=nia_enrolls.app_code(row)).pending.status is State.CONFIRMED


@pytest.mark.parametrize(
    ("status", "steps", "told"),
    [
        (403, -1, Problem.FORBIDDEN),
        (403, 0, Problem.FORBIDDEN),
        (403, 1, Problem.FORBIDDEN),
        (400, 0, Problem.WRONG_CODE),
    ],
)
def test_right_code_that_the_tenant_refuses_is_told_as_that_and_costs_no_try(
    nia_enrolls: Enroller, elapse: Clock, status: int, steps: int, told: Problem
) -> None:
    """Auth0 doesn't say under which status it refuses a wrong code; a code that is right here is none."""
    row = nia_enrolls.begin()
    elapse((15 - timezone.now().timestamp()) % 30)
    code = nia_enrolls.app(row).at(timezone.now() + timedelta(seconds=30 * steps))
    nia_enrolls.tenant.fault(VERIFY, status=status, body=problem(f"A0E-{status}-0009", status), times=1)
    with pytest.raises(TenantError) as refused:
        nia_enrolls.confirm(row, code=code)
    assert refused.value.code is told
    left = enrollment_of(nia_enrolls.user, str(row.pk))
    assert (left.attempts, left.status) == (0, State.CHALLENGED)
    assert nia_enrolls.confirm(row, code=nia_enrolls.app_code(row)).pending.status is State.CONFIRMED


def test_code_is_taken_with_spaces_in_it(nia_enrolls: Enroller) -> None:
    row = nia_enrolls.begin()
    code = nia_enrolls.app_code(row)
    assert nia_enrolls.confirm(row, code=f" {code[:3]} {code[3:]} ").pending.status is State.CONFIRMED


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "\uff11\uff12\uff13\uff14\uff15\uff16"])
def test_what_is_no_code_costs_nothing(nia_enrolls: Enroller, typed: str) -> None:
    row = nia_enrolls.begin(phone.KIND)
    nia_enrolls.writes()
    with pytest.raises(Refused) as refused:
        nia_enrolls.confirm(row, code=typed)
    assert refused.value.code == "code-malformed"
    assert nia_enrolls.writes() == 0
    assert enrollment_of(nia_enrolls.user, str(row.pk)).attempts == 0


def test_too_many_wrong_codes_end_it_and_clean_up(nia_enrolls: Enroller) -> None:
    row = nia_enrolls.begin()
    for _ in range(MAX_ATTEMPTS - 1):
        with pytest.raises(WrongCode):
            nia_enrolls.confirm(row, code=nia_enrolls.wrong_code(row))
    with pytest.raises(Refused) as refused:
        nia_enrolls.confirm(row, code=nia_enrolls.wrong_code(row))
    assert refused.value.code == "too-many-attempts"
    with pytest.raises(Refused) as over:
        nia_enrolls.confirm(row, code=nia_enrolls.app_code(row))
    assert over.value.code == "enrollment-over"

    assert nia_enrolls.begin().pk != row.pk
    assert len(nia_enrolls.methods(confirmed=False)) == 1
    assert [event.code for event in ActivityEvent.objects.order_by("pk")] == [
        "too-many-attempts",
        "enrollment-over",
    ]


def test_passkey_that_is_refused_ends_the_ceremony(nia_enrolls: Enroller) -> None:
    """A challenge answers one attempt, so there is nothing left to try."""
    row = nia_enrolls.begin(passkey.KIND)
    nia_enrolls.key.origin = "https://evil.example"
    with pytest.raises(Refused) as refused:
        nia_enrolls.confirm(row, **nia_enrolls.proof(row))
    assert refused.value.code == "passkey-refused"
    assert enrollment_of(nia_enrolls.user, str(row.pk)).status is State.FAILED
    assert nia_enrolls.begin(passkey.KIND).pk != row.pk


def test_passkey_that_is_missing_costs_nothing(nia_enrolls: Enroller) -> None:
    row = nia_enrolls.begin(passkey.KIND)
    with pytest.raises(Refused) as refused:
        nia_enrolls.confirm(row)
    assert refused.value.code == "no-passkey"
    assert enrollment_of(nia_enrolls.user, str(row.pk)).status is State.CHALLENGED


# Sent again


def test_code_sent_again_is_the_good_one_and_the_first_is_cleaned_up(
    nia_enrolls: Enroller, elapse: Clock
) -> None:
    row = nia_enrolls.begin(phone.KIND)
    first = nia_enrolls.sent_code()
    elapse(RESEND_COOL_DOWN)
    again = nia_enrolls.resend(row)

    assert again.pk == row.pk
    assert len(nia_enrolls.methods(confirmed=False)) == 1
    assert again.orphans == ()
    if first != nia_enrolls.sent_code():
        with pytest.raises(WrongCode):
            nia_enrolls.confirm(again, code=first)
    assert nia_enrolls.confirm(again, code=nia_enrolls.sent_code()).pending.status is State.CONFIRMED


def test_code_is_not_sent_again_too_soon(nia_enrolls: Enroller, elapse: Clock) -> None:
    row = nia_enrolls.begin(phone.KIND)
    assert row.resend_at
    nia_enrolls.writes()
    elapse(RESEND_COOL_DOWN - timedelta(seconds=5))
    with pytest.raises(Refused) as refused:
        nia_enrolls.resend(row)
    assert refused.value.code == "too-soon"
    assert nia_enrolls.writes() == 0


def test_nothing_is_sent_for_an_app(nia_enrolls: Enroller) -> None:
    with pytest.raises(Refused) as refused:
        nia_enrolls.resend(nia_enrolls.begin())
    assert refused.value.code == "nothing-to-send"


def test_another_number_takes_the_place_of_the_first(nia_enrolls: Enroller) -> None:
    row = nia_enrolls.begin(phone.KIND)
    other = nia_enrolls.begin(phone.KIND, phone="+15555550188")

    assert other.pk != row.pk
    assert enrollment_of(nia_enrolls.user, str(row.pk)).status is State.CANCELLED
    assert [m["phone_number"] for m in nia_enrolls.methods(confirmed=False)] == ["+15555550188"]


# Coming back


@pytest.mark.parametrize("kind", [totp.KIND, phone.KIND, passkey.KIND])
def test_beginning_again_comes_back_to_the_same_and_costs_no_write(nia_enrolls: Enroller, kind: Kind) -> None:
    row = nia_enrolls.begin(kind)
    nia_enrolls.writes()
    again = nia_enrolls.begin(kind)

    assert again.pk == row.pk
    assert again.secrets == row.secrets
    assert nia_enrolls.writes() == 0


def test_kinds_are_open_beside_each_other(nia_enrolls: Enroller) -> None:
    rows = [nia_enrolls.begin(kind) for kind in (totp.KIND, phone.KIND, email.KIND)]
    assert {row.pk for row in pending_of(nia_enrolls.user)} == {row.pk for row in rows}


def test_cancelled_leaves_nothing_at_the_tenant(nia_enrolls: Enroller) -> None:
    row = nia_enrolls.begin()
    done = cancel_enrollment(nia_enrolls.actor, nia_enrolls.user, str(row.pk))

    assert done.status is State.CANCELLED
    assert nia_enrolls.methods(confirmed=False) == []
    with pytest.raises(Refused) as refused:
        nia_enrolls.confirm(row, code="123456")
    assert refused.value.code == "enrollment-over"


def test_cancelling_what_a_phone_has_scanned_says_that_it_is_there(nia_enrolls: Enroller) -> None:
    row = nia_enrolls.begin(push.KIND)
    nia_enrolls.scan(row)
    assert cancel_enrollment(nia_enrolls.actor, nia_enrolls.user, str(row.pk)).status is State.CONFIRMED
    assert "push" in nia_enrolls.added()


def test_time_over_never_confirms_and_begins_afresh(nia_enrolls: Enroller, elapse: Clock) -> None:
    row = nia_enrolls.begin()
    elapse(LIFE)
    nia_enrolls.writes()
    with pytest.raises(Refused) as refused:
        nia_enrolls.confirm(row, code=nia_enrolls.app_code(row))
    assert refused.value.code == "enrollment-expired"
    assert nia_enrolls.writes() == 0
    assert nia_enrolls.begin().pk != row.pk
    assert len(nia_enrolls.methods(confirmed=False)) == 1


def test_key_that_sealed_it_is_gone_and_nothing_is_tried(nia_enrolls: Enroller, settings: Settings) -> None:
    row = nia_enrolls.begin()
    settings.SECRET_KEY = "demo-another-key-0123456789-0123456789-0123456789"
    with pytest.raises(Refused) as refused:
        nia_enrolls.confirm(row, code="123456")
    assert refused.value.code == "enrollment-over"
    assert enrollment_of(nia_enrolls.user, str(row.pk)).status is State.FAILED


# The budget of writes


def test_third_write_of_the_minute_is_held_back_and_the_enrollment_waits(
    nia_enrolls: Enroller, elapse: Clock
) -> None:
    nia_enrolls.tenant.set_settings(rate_limits=True, plan="free")
    row = nia_enrolls.begin(phone.KIND)
    with pytest.raises(WrongCode):
        nia_enrolls.confirm(row, code=nia_enrolls.wrong_code(row))
    nia_enrolls.writes()

    with pytest.raises(RateLimited) as held:
        nia_enrolls.confirm(row, code=nia_enrolls.sent_code())
    assert nia_enrolls.writes() == 0
    assert enrollment_of(nia_enrolls.user, str(row.pk)).status is State.CHALLENGED
    assert not ActivityEvent.objects.exists()

    elapse(held.value.opens_at - timezone.now() + timedelta(seconds=1))
    assert nia_enrolls.confirm(row, code=nia_enrolls.sent_code()).pending.status is State.CONFIRMED


def test_begin_that_is_held_back_leaves_no_row(nia_enrolls: Enroller) -> None:
    nia_enrolls.tenant.set_settings(rate_limits=True, plan="free")
    nia_enrolls.begin(phone.KIND)
    nia_enrolls.begin(totp.KIND)
    with pytest.raises(RateLimited):
        nia_enrolls.begin(email.KIND)
    assert {row.kind for row in pending_of(nia_enrolls.user)} == {"phone", "totp"}


def test_everything_open_is_given_up_where_an_account_is_put_in_order(nia_enrolls: Enroller) -> None:
    rows = [nia_enrolls.begin(kind) for kind in (totp.KIND, phone.KIND, push.KIND)]
    cancel_all(nia_enrolls.user)

    assert {enrollment_of(nia_enrolls.user, str(row.pk)).status for row in rows} == {State.CANCELLED}
    assert nia_enrolls.methods(confirmed=False) == []
    with pytest.raises(TenantDiedError, match="409"):
        nia_enrolls.scan(rows[2])


def test_reset_by_support_ends_what_somebody_has_begun_to_add(enroller: Maker, ada: User) -> None:
    tess = enroller("tess")
    row = tess.begin(push.KIND)
    reset_factors(acting(ada, reason="Lost the phone"), tess.user)

    assert enrollment_of(tess.user, str(row.pk)).status is State.CANCELLED
    assert tess.methods(confirmed=False) == []


def test_alarm_ends_what_somebody_has_begun_to_add(nia_enrolls: Enroller) -> None:
    """A code on a screen could be scanned all the same, however frozen the account is."""
    row = nia_enrolls.begin(push.KIND)
    raise_alarm(nia_enrolls.actor, nia_enrolls.user)

    assert enrollment_of(nia_enrolls.user, str(row.pk)).status is State.CANCELLED
    assert nia_enrolls.methods(confirmed=False) == []


def test_phone_that_scans_after_the_alarm_adds_nothing_that_stays(
    nia_enrolls: Enroller, elapse: Clock
) -> None:
    """The alarm could not remove what was begun, so the code on the screen was good for a while."""
    row = nia_enrolls.begin(push.KIND)
    nia_enrolls.tenant.fault("DELETE /api/v2/users/*/authentication-methods/*", status=403)
    raise_alarm(nia_enrolls.actor, nia_enrolls.user)
    nia_enrolls.tenant.http.delete(f"{nia_enrolls.tenant.base_url}/dev/faults", timeout=5)
    row.refresh_from_db()
    nia_enrolls.tenant.control(f"push/{quote(row.orphans[0], safe='')}/scan", {})
    assert nia_enrolls.added()
    mail.outbox.clear()

    elapse(601)
    cleanup_if_due(nia_enrolls.user, unsettled_enrollments(nia_enrolls.user))

    assert nia_enrolls.added() == []
    assert mail.outbox == []


def test_phone_that_has_scanned_when_the_alarm_comes_adds_nothing_that_stays(nia_enrolls: Enroller) -> None:
    row = nia_enrolls.begin(push.KIND)
    nia_enrolls.scan(row)
    raise_alarm(nia_enrolls.actor, nia_enrolls.user)

    assert nia_enrolls.added() == []
    assert enrollment_of(nia_enrolls.user, str(row.pk)).status is State.FAILED
    added = ActivityEvent.objects.filter(action="factor:added")
    assert [(row.outcome, row.code) for row in added] == [("refused", "account-locked")]
