"""Two tabs, two workers: one enrollment of a kind, confirmed once; on whichever database the suite runs."""

from collections.abc import Callable
from threading import Barrier

import pytest
from django.utils import timezone

from enrollment.audit.log import Refused
from enrollment.flows.enroll.confirm import Confirmation
from enrollment.flows.enroll.errors import WrongCode
from enrollment.flows.enroll.resume import cancel_enrollment
from enrollment.flows.recovery_code import new_recovery_code
from enrollment.kinds import passkey, phone, totp
from enrollment.kinds.base import Kind
from enrollment.models.activity import ActivityEvent
from enrollment.models.pending_enrollment import PendingEnrollment
from enrollment.pending import repository
from enrollment.pending.state_machine import LIFE, RESEND_COOL_DOWN, Event, State
from mfaproject.users.models import User
from tests.enrollment.conftest import acting
from tests.enrollment.enrolling import VERIFY, Enroller, Maker
from tests.support.clock import Clock
from tests.support.mails import delivered
from tests.support.tenant import Tenant
from tests.support.threads import DatabaseThreads

TABS = 4
NEW_CODE = "POST /api/v2/users/*/recovery-code-regeneration"
pytestmark = pytest.mark.usefixtures("database_for_threads")


def at_once(*works: Callable[[], object]) -> list[object]:
    """Do it all in threads that start together; what was refused comes back as its refusal."""
    start = Barrier(len(works))

    def run(work: Callable[[], object]) -> object:
        try:
            start.wait(10)
            return work()
        except Refused as refused:
            return refused

    with DatabaseThreads(len(works)) as workers:
        return list(workers.map(run, works))


@pytest.mark.parametrize("kind", [totp.KIND, phone.KIND, passkey.KIND])
def test_tabs_that_confirm_at_once_confirm_once(enroller: Maker, kind: Kind) -> None:
    nia = enroller("nia")
    row = nia.begin(kind)
    proof = nia.proof(row)
    nia.tenant.fault(VERIFY, after=True, delay=0.3)
    nia.writes()
    delivered().clear()

    results = at_once(*[lambda: nia.confirm(row, **proof)] * TABS)

    assert sum(isinstance(result, Confirmation) for result in results) >= 1
    assert {r.code for r in results if isinstance(r, Refused)} <= {"enrollment-busy"}
    assert nia.writes() == 1
    assert [method for method in nia.added() if method == kind.value] == [kind.value]
    assert ActivityEvent.objects.filter(action="factor:added").count() == 1
    assert sum(m.subject == "A factor was added to your account" for m in delivered()) == 1
    codes = {result.recovery_code for result in results if isinstance(result, Confirmation)} - {""}
    assert len(codes) == (kind is not passkey.KIND)


def test_tabs_that_begin_at_once_share_one_enrollment(enroller: Maker) -> None:
    nia = enroller("nia")
    nia.writes()
    results = at_once(*[lambda: nia.begin(phone.KIND)] * TABS)

    assert len({result.pk for result in results if isinstance(result, PendingEnrollment)}) == 1
    assert nia.writes() == 1
    assert len(nia.tenant.messages()) == 1


def test_tabs_that_send_again_at_once_send_one_code(enroller: Maker, elapse: Clock) -> None:
    nia = enroller("nia")
    row = nia.begin(phone.KIND)
    elapse(RESEND_COOL_DOWN)
    nia.writes()
    at_once(*[lambda: nia.resend(row)] * TABS)

    assert nia.writes() == 1
    assert len(nia.methods(confirmed=False)) == 1
    assert nia.confirm(row, code=nia.sent_code()).pending.status is State.CONFIRMED


def test_cancelling_while_it_is_confirmed_says_what_is_true(enroller: Maker) -> None:
    nia = enroller("nia")
    row = nia.begin()
    code = nia.app_code(row)
    at_once(
        lambda: nia.confirm(row, code=code),
        lambda: cancel_enrollment(nia.actor, nia.user, str(row.pk)),
    )

    row.refresh_from_db()
    assert row.status in (State.CONFIRMED, State.CANCELLED)
    assert ("totp" in nia.added()) == (row.status is State.CONFIRMED)


def test_one_worker_of_many_takes_the_turn(nia_enrolls: Enroller) -> None:
    row = _row(nia_enrolls)
    copies = [PendingEnrollment.objects.get(pk=row.pk) for _ in range(8)]

    taken = at_once(*[lambda copy=copy: repository.transition(copy, Event.CONFIRM) for copy in copies])

    assert sum(map(bool, taken)) == 1
    assert {copy.status for copy in copies} == {State.CONFIRMING}


def test_wrong_codes_typed_at_once_are_all_counted(nia_enrolls: Enroller) -> None:
    row = _row(nia_enrolls)

    def count() -> None:
        mine = PendingEnrollment.objects.get(pk=row.pk)
        while not repository.transition(mine, Event.MISTYPED, attempts=mine.attempts + 1):
            continue

    at_once(*[count] * 8)
    row.refresh_from_db()
    assert row.attempts == 8


def test_each_code_that_the_tenant_looked_at_is_counted(nia_enrolls: Enroller) -> None:
    row = nia_enrolls.begin(phone.KIND)
    wrong = nia_enrolls.wrong_code(row)
    nia_enrolls.writes()

    results = at_once(*[lambda: nia_enrolls.confirm(row, code=wrong)] * TABS)

    row.refresh_from_db()
    counted = sum(isinstance(result, WrongCode) for result in results)
    assert 1 <= row.attempts == counted == nia_enrolls.writes()
    assert row.status is State.CHALLENGED


def test_recovery_code_that_is_shown_is_the_one_that_works(tess: User, tenant: Tenant) -> None:
    tenant.fault(NEW_CODE, delay=0.3)

    results = at_once(*[lambda: new_recovery_code(acting(tess), tess)] * TABS)

    shown = [result for result in results if isinstance(result, str)]
    assert tenant.user(tenant["tess"])["recovery_code"] in shown
    assert {result.code for result in results if isinstance(result, Refused)} <= {"busy"}
    made = ActivityEvent.objects.filter(action="recovery-code:made", outcome="done")
    assert made.count() == len(shown)


def test_database_keeps_a_second_enrollment_of_a_kind_out(nia_enrolls: Enroller) -> None:
    assert repository.create(nia_enrolls.user, totp.KIND)
    assert repository.create(nia_enrolls.user, totp.KIND) is None
    assert repository.create(nia_enrolls.user, phone.KIND)


def _row(person: Enroller) -> PendingEnrollment:
    now = timezone.now()
    return PendingEnrollment.objects.create(
        subject=person.user, kind="totp", state=State.CHALLENGED, expires_at=now + LIFE
    )
