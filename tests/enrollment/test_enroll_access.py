"""Who may add a factor, with what proof and token; every flow asks before anything else."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from social_django.models import UserSocialAuth

from accounts.auth0.grants import ENROLLING
from accounts.identity import bind_subject, subject_of
from accounts.step_up.assurance import Verdict
from accounts.step_up.gates import StepUpRequired
from accounts.step_up.requirement import Requirement
from enrollment.actors import Actor
from enrollment.audit.log import Refused
from enrollment.flows.enroll.begin import begin_enrollment
from enrollment.flows.enroll.confirm import confirm_enrollment
from enrollment.flows.enroll.resume import cancel_enrollment, check_push, enrollment_of, resend_code
from enrollment.gateways import factor_cache
from enrollment.kinds import phone, push, totp
from enrollment.models.activity import ActivityEvent
from enrollment.models.pending_enrollment import PendingEnrollment
from enrollment.pending.state_machine import State
from mfaproject.users.models import User
from tests.enrollment.conftest import Locals, acting
from tests.enrollment.enrolling import Enroller, Maker
from tests.support.clock import Clock

Call = Callable[[Actor, User, PendingEnrollment, str | None], object]
PROVED: dict[str, Call] = {
    "begin": lambda actor, user, _row, token: begin_enrollment(actor, user, totp.KIND, token),
    "confirm": lambda actor, user, row, token: confirm_enrollment(
        actor, user, str(row.pk), token, code="123456"
    ),
    "resend": lambda actor, user, row, token: resend_code(actor, user, str(row.pk), token),
}
OPEN: dict[str, Call] = {
    "check": lambda actor, user, row, _token: check_push(actor, user, str(row.pk)),
    "cancel": lambda actor, user, row, _token: cancel_enrollment(actor, user, str(row.pk)),
}
ALL = {**PROVED, **OPEN}


@pytest.mark.parametrize("flow", PROVED)
def test_first_factor_takes_a_fresh_sign_in(nia_enrolls: Enroller, flow: str) -> None:
    row = nia_enrolls.begin(phone.KIND)
    nia_enrolls.writes()
    with pytest.raises(StepUpRequired) as asked:
        PROVED[flow](
            acting(nia_enrolls.user, mfa=False, login=False), nia_enrolls.user, row, nia_enrolls.token
        )
    assert asked.value.requirement == Requirement.fresh_login()
    assert asked.value.grant == ENROLLING
    assert nia_enrolls.writes() == 0


@pytest.mark.parametrize("flow", PROVED)
def test_another_factor_takes_a_second_one(enroller: Maker, flow: str) -> None:
    tess = enroller("tess")
    row = tess.begin(phone.KIND)
    tess.writes()
    with pytest.raises(StepUpRequired) as asked:
        PROVED[flow](acting(tess.user, mfa=False), tess.user, row, tess.token)
    assert asked.value.requirement == Requirement.mfa()
    assert tess.writes() == 0


@pytest.mark.parametrize("flow", PROVED)
def test_without_a_token_no_call_is_made(nia_enrolls: Enroller, flow: str) -> None:
    row = nia_enrolls.begin(phone.KIND)
    nia_enrolls.writes()
    with pytest.raises(StepUpRequired) as asked:
        PROVED[flow](nia_enrolls.actor, nia_enrolls.user, row, None)
    assert asked.value.verdict is Verdict.TOKEN_MISSING
    assert nia_enrolls.writes() == 0
    assert enrollment_of(nia_enrolls.user, str(row.pk)).status is State.CHALLENGED


def test_proof_is_asked_by_the_list_of_now(enroller: Maker) -> None:
    """What is cached knows of no second factor; the tenant does."""
    nia = enroller("nia")
    factor_cache.factors_of(subject_of(nia.user))
    nia.tenant.add_user(email=nia.account.email, factors=[{"type": "totp", "id": "totp|elsewhere"}])
    with pytest.raises(StepUpRequired) as asked:
        begin_enrollment(acting(nia.user, mfa=False), nia.user, phone.KIND, nia.token, phone="+15555550177")
    assert asked.value.requirement == Requirement.mfa()
    assert not PendingEnrollment.objects.exists()


def test_proof_asked_again_after_the_window_and_the_enrollment_waits(
    nia_enrolls: Enroller, elapse: Clock
) -> None:
    actor = nia_enrolls.actor
    elapse(400)
    row = begin_enrollment(actor, nia_enrolls.user, totp.KIND, nia_enrolls.token)
    elapse(550)
    with pytest.raises(StepUpRequired):
        confirm_enrollment(
            actor, nia_enrolls.user, str(row.pk), nia_enrolls.token, code=nia_enrolls.app_code(row)
        )

    assert nia_enrolls.confirm(row, code=nia_enrolls.app_code(row)).pending.status is State.CONFIRMED


@pytest.mark.parametrize("flow", ALL)
def test_nobody_adds_a_factor_for_somebody_else(nia_enrolls: Enroller, ada: User, flow: str) -> None:
    row = nia_enrolls.begin(push.KIND)
    for actor in (
        acting(ada, reason="Asked by phone"),
        Actor.operator("root", "Asked by phone"),
        Actor(None),
    ):
        with pytest.raises(Refused) as refused:
            ALL[flow](actor, nia_enrolls.user, row, nia_enrolls.token)
        assert refused.value.code in {"not-for-others", "not-allowed"}
    assert enrollment_of(nia_enrolls.user, str(row.pk)).status is State.CHALLENGED


@pytest.mark.parametrize("flow", ["confirm", "resend", *OPEN])
def test_somebody_elses_enrollment_is_not_found(nia_enrolls: Enroller, enroller: Maker, flow: str) -> None:
    row = nia_enrolls.begin(phone.KIND)
    sol = enroller("sol")
    with pytest.raises(Refused) as refused:
        ALL[flow](sol.actor, sol.user, row, sol.token)
    assert refused.value.code == "no-such-enrollment"


@pytest.mark.parametrize("wrong", ["nonsense", "", "77f7c057-4f8a-4e77-8618-599e38d20256"])
def test_id_that_is_none_is_not_found(nia: User, wrong: str) -> None:
    with pytest.raises(Refused) as refused:
        enrollment_of(nia, wrong)
    assert refused.value.code == "no-such-enrollment"


def test_account_that_never_signed_in_has_nothing_to_add_to(local: Locals, nia_enrolls: Enroller) -> None:
    UserSocialAuth.objects.all().delete()
    bind_subject(nia_enrolls.user, "")
    with pytest.raises(Refused) as refused:
        nia_enrolls.begin()
    assert refused.value.code == "no-identity"


# The first factor is there, and its enrollment is not over yet


def test_scanned_push_is_no_reason_to_ask_its_owner_for_it(nia_enrolls: Enroller) -> None:
    row = nia_enrolls.begin(push.KIND)
    nia_enrolls.scan(row)

    done = confirm_enrollment(
        acting(nia_enrolls.user, mfa=False), nia_enrolls.user, str(row.pk), nia_enrolls.token
    )

    assert done.pending.status is State.CONFIRMED
    assert done.recovery_code


def test_whoever_signs_in_only_after_that_shows_the_factor_first(
    nia_enrolls: Enroller, elapse: Clock
) -> None:
    """Else whoever knows the password would get the recovery code that its owner did not wait for."""
    row = nia_enrolls.begin(push.KIND)
    nia_enrolls.scan(row)
    elapse(timedelta(minutes=2))
    late = acting(nia_enrolls.user, mfa=False)
    with pytest.raises(StepUpRequired) as asked:
        confirm_enrollment(late, nia_enrolls.user, str(row.pk), nia_enrolls.token)
    assert asked.value.requirement == Requirement.mfa()


def test_recovery_code_is_not_given_long_after(nia_enrolls: Enroller, elapse: Clock) -> None:
    row = nia_enrolls.begin(push.KIND)
    nia_enrolls.scan(row)
    check_push(nia_enrolls.actor, nia_enrolls.user, str(row.pk))
    elapse(timedelta(minutes=11))
    assert nia_enrolls.confirm(row).recovery_code == ""


# What the audit trail gets


def test_mistyped_code_and_missing_proof_leave_no_row(nia_enrolls: Enroller) -> None:
    row = nia_enrolls.begin()
    with pytest.raises(Refused):
        nia_enrolls.confirm(row, code=nia_enrolls.wrong_code(row))
    with pytest.raises(StepUpRequired):
        confirm_enrollment(
            acting(nia_enrolls.user, mfa=False, login=False), nia_enrolls.user, str(row.pk), None
        )
    assert not ActivityEvent.objects.exists()


def test_begun_too_often_is_refused_until_an_hour_has_passed(nia_enrolls: Enroller, elapse: Clock) -> None:
    now = timezone.now()
    for _ in range(20):
        PendingEnrollment.objects.create(
            subject=nia_enrolls.user, kind="phone", state=State.EXPIRED, expires_at=now, started_at=now
        )
    nia_enrolls.writes()
    with pytest.raises(Refused) as refused:
        nia_enrolls.begin(phone.KIND)
    assert refused.value.code == "too-many-begun"
    assert nia_enrolls.writes() == 0

    elapse(timedelta(hours=1))
    assert nia_enrolls.begin(phone.KIND).status is State.CHALLENGED
