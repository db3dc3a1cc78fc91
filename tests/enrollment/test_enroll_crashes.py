"""A worker that dies, at any point of an enrollment: no factor is left, or a usable one, and that is said."""

from collections.abc import Callable
from itertools import count
from urllib.parse import quote

import pytest

from accounts.identity import subject_of
from enrollment.flows.cleanup import cleanup_person
from enrollment.flows.enroll.resume import cancel_all, cancel_enrollment, enrollment_of
from enrollment.flows.overview import security_overview
from enrollment.flows.recovery_code import is_recovery_code_unsaved
from enrollment.gateways.factor_cache import factors_of
from enrollment.kinds import email, phone, push
from enrollment.kinds.base import Kind
from enrollment.models.activity import ActivityEvent
from enrollment.models.pending_enrollment import PendingEnrollment
from enrollment.pending.repository import transition
from enrollment.pending.state_machine import LEASE, ORPHAN_AGE, RESEND_COOL_DOWN, Event, State
from tests.enrollment.conftest import Locals
from tests.enrollment.enrolling import KINDS, Enroller
from tests.plugins.tenant_apis import TenantApis
from tests.support.clock import Clock
from tests.support.killing import Deadline, Killed, killed_at
from tests.support.mails import delivered
from tests.support.tenant import Tenant

FEWEST_POINTS = 8
ADDED = "A factor was added to your account"


@pytest.fixture
def newcomer(tenant: Tenant, local: Locals, apis: TenantApis) -> Callable[[int], Enroller]:
    """Somebody new for each death, so that one does not hide the next."""

    def make(number: int) -> Enroller:
        account = tenant.add_user(email=f"newcomer{number}@example.test", password="demo-Passw0rd!")
        token = apis.person_token(account, "create:me:authentication_methods")
        return Enroller(tenant, account, local(account), token)

    return make


def cancel(person: Enroller, row: PendingEnrollment) -> None:
    cancel_enrollment(person.actor, person.user, str(row.pk))


def cancel_after_scan(person: Enroller, row: PendingEnrollment) -> None:
    cancel(person, row)


def cancel_everything(person: Enroller, _row: PendingEnrollment) -> None:
    cancel_all(person.user)


# A code by e-mail goes the way of one by phone.
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind is not email.KIND])
def test_worker_that_dies_anywhere_leaves_no_factor_or_a_usable_one(
    newcomer: Callable[[int], Enroller],
    elapse: Clock,
    monkeypatch: pytest.MonkeyPatch,
    no_throttle: None,
    kind: Kind,
) -> None:
    for point in count(1):
        person = newcomer(point)
        with killed_at(point, monkeypatch) as deadline:
            died = _dies(person.add, kind)
        if not died:
            break
        _check_truth(person, kind, deadline, elapse)
        _go_on(person, kind, deadline)
        elapse(ORPHAN_AGE)
        cleanup_person(person.user)
        assert person.methods(confirmed=False) == [], deadline.place
    assert point > FEWEST_POINTS


def _check_truth(person: Enroller, kind: Kind, deadline: Deadline, elapse: Clock) -> None:
    """What the page says, once the dead worker's time is over."""
    elapse(LEASE)
    is_there = kind.value in person.added()
    for _again in range(2):
        security_overview(person.user)
        assert _subjects(person) == ([ADDED] if is_there else []), deadline.place
    rows = PendingEnrollment.objects.filter(subject=person.user)
    states = {enrollment_of(person.user, str(row.pk)).status for row in rows}
    assert states <= ({State.CONFIRMED} if is_there else {State.CHALLENGED, State.FAILED}), deadline.place
    listed = {factor.kind for factor in factors_of(subject_of(person.user)).factors or ()}
    assert (kind in listed) == is_there, deadline.place
    assert _rows_done(person) == is_there, deadline.place
    if is_there:
        row = rows.get()
        assert row.notified_at, deadline.place
    # Nobody has seen a code that was made: the answer died with the worker.
    if person.tenant.user(person.account)["recovery_code"]:
        factors = factors_of(subject_of(person.user)).factors
        assert is_recovery_code_unsaved(person.user, factors), deadline.place


def _go_on(person: Enroller, kind: Kind, deadline: Deadline) -> None:
    """Whoever comes back gets what they came for, once."""
    if kind.value not in person.added():
        assert person.add(kind).pending.status is State.CONFIRMED, deadline.place
    added = [each for each in person.added() if each == kind.value]
    assert len(added) == 1, deadline.place
    assert _rows_done(person) == 1, deadline.place
    assert _subjects(person).count(ADDED) == 1, deadline.place


def test_worker_that_dies_while_sending_again_leaves_a_code_that_is_good(
    newcomer: Callable[[int], Enroller], elapse: Clock, monkeypatch: pytest.MonkeyPatch, no_throttle: None
) -> None:
    for point in count(1):
        person = newcomer(point)
        row = person.begin(phone.KIND)
        elapse(RESEND_COOL_DOWN)
        with killed_at(point, monkeypatch) as deadline:
            died = _dies(person.resend, row)
        if not died:
            break
        elapse(LEASE)
        found = enrollment_of(person.user, str(row.pk))
        assert found.status is State.CHALLENGED, deadline.place
        person.resend(found)
        assert person.confirm(found, code=person.sent_code()).pending.status is State.CONFIRMED
        elapse(ORPHAN_AGE)
        cleanup_person(person.user)
        assert person.methods(confirmed=False) == [], deadline.place
    assert point > FEWEST_POINTS / 2


@pytest.mark.parametrize("give_up", [cancel, cancel_after_scan, cancel_everything], ids=lambda f: f.__name__)
def test_worker_that_dies_while_giving_up_leaves_what_is_told(
    newcomer: Callable[[int], Enroller],
    elapse: Clock,
    monkeypatch: pytest.MonkeyPatch,
    no_throttle: None,
    give_up: Callable[[Enroller, PendingEnrollment], object],
) -> None:
    for point in count(1):
        person = newcomer(point)
        row = person.begin(push.KIND)
        if give_up is cancel_after_scan:
            person.scan(row)
        with killed_at(point, monkeypatch) as deadline:
            died = _dies(give_up, person, row)
        if not died:
            break
        elapse(ORPHAN_AGE)
        cleanup_person(person.user)
        is_there = "push" in person.added()
        found = enrollment_of(person.user, str(row.pk)).status
        closed = {State.CONFIRMED} if is_there else {State.CANCELLED, State.EXPIRED}
        assert found in closed, deadline.place
        assert person.methods(confirmed=False) == [], deadline.place
        assert _rows_done(person) == is_there, deadline.place
        assert _subjects(person) == ([ADDED] if is_there else []), deadline.place
    assert point > FEWEST_POINTS / 4


def test_worker_that_dies_while_finding_what_was_given_up_too_late_tells_of_it_once(
    newcomer: Callable[[int], Enroller], elapse: Clock, monkeypatch: pytest.MonkeyPatch, no_throttle: None
) -> None:
    for point in count(1):
        person = newcomer(point)
        row = person.begin(push.KIND)
        assert transition(row, Event.CANCEL)
        # Scanned in that very moment.
        person.tenant.control(f"push/{quote(row.orphans[0], safe='')}/scan", {})
        with killed_at(point, monkeypatch) as deadline:
            died = _dies(cleanup_person, person.user)
        if not died:
            break
        elapse(ORPHAN_AGE)
        cleanup_person(person.user)
        assert _rows_done(person) == 1, deadline.place
        assert _subjects(person) == [ADDED], deadline.place
    assert point > 1


def _rows_done(person: Enroller) -> int:
    return ActivityEvent.objects.filter(subject=person.user, action="factor:added", outcome="done").count()


def _subjects(person: Enroller) -> list[str]:
    """What this person was told by email."""
    return [str(message.subject) for message in delivered() if message.to == [person.account.email]]


def _dies(work: Callable[..., object], *args: object) -> bool:
    try:
        work(*args)
    except Killed:
        return True
    return False
