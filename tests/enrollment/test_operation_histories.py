"""Any order of call, answer, death, look and time: a change that was made is noted and told once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from itertools import count

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from enrollment.account.methods import Method
from enrollment.account.settlement import LIST_AWAITED_FOR, Expected, Settlement, code_mark, settle
from enrollment.actors import Actor
from enrollment.audit.log import Attempt, record
from enrollment.flows.settle import due_operations, settle_operations
from enrollment.models.activity import Action, ActivityEvent, Outcome
from enrollment.models.operation import Operation
from enrollment.pending.state_machine import LEASE
from mfaproject.users.models import User
from tests.enrollment.makers import START, method, method_lists
from tests.support.clock import Clock
from tests.support.mails import delivered
from tests.support.users import make_user

WHICH = st.integers(0, 3)


@dataclass
class Change:
    """One change: `carried` out at the tenant, its worker `alive`, its call `on_its_way`."""

    attempt: Attempt
    apply: Callable[[], object]
    carried: bool = False
    alive: bool = True
    on_its_way: bool = True

    @property
    def name(self) -> str:
        return self.attempt.factor_name

    @property
    def operation(self) -> Operation:
        assert self.attempt.operation
        return Operation.objects.get(pk=self.attempt.operation.pk)

    def outcomes(self) -> list[str]:
        rows = ActivityEvent.objects.filter(factor_name=self.name).order_by("pk")
        return [row.outcome for row in rows]

    def told(self) -> int:
        return sum(self.name in message.body for message in delivered())


class History(RuleBasedStateMachine):
    """The tenant's list is a dictionary here; the database, and what settles, are the real ones."""

    user: User
    elapse: Clock
    numbers = count()

    def __init__(self) -> None:
        super().__init__()
        self.methods: dict[str, str] = {}
        self.changes: list[Change] = []
        delivered().clear()

    def begin(self, action: Action, expected: Expected, factor_id: str, apply: Callable[[], object]) -> None:
        attempt = Attempt(Actor(self.user), self.user, action, "totp", f"<{factor_id}>", factor_id)
        attempt.begin(expected)
        self.changes.append(Change(attempt, apply))

    @rule()
    def removal(self) -> None:
        factor_id = f"totp|{next(self.numbers)}"
        self.methods[factor_id] = ""
        expected = Expected(gone=(factor_id,))
        self.begin(Action.FACTOR_REMOVED, expected, factor_id, lambda: self.methods.pop(factor_id))

    @rule()
    def renaming(self) -> None:
        number = next(self.numbers)
        self.methods["totp|renamed"] = self.methods.get("totp|renamed", "")
        expected = Expected(renamed="totp|renamed", name=f"Name {number}")
        apply = lambda: self.methods.update({"totp|renamed": f"Name {number}"})  # noqa: E731
        self.begin(Action.FACTOR_RENAMED, expected, f"totp|renamed-{number}", apply)

    def pick(self, which: int) -> Change | None:
        return self.changes[-1 - which] if which < len(self.changes) else None

    @rule(which=WHICH)
    def carry_out(self, which: int) -> None:
        change = self.pick(which)
        if change and change.on_its_way and timezone.now() < change.operation.busy_until:
            change.apply()
            change.carried, change.on_its_way = True, False

    @rule(which=WHICH, lost=st.booleans())
    def answer(self, which: int, lost: bool) -> None:
        change = self.pick(which)
        if change is None or not change.alive:
            return
        change.alive = False
        if lost:
            record(change.attempt, Outcome.UNKNOWN, "timeout")
        elif change.carried:
            record(change.attempt, Outcome.DONE)
        else:
            change.on_its_way = False
            record(change.attempt, Outcome.FAILED, "forbidden")

    @rule(which=WHICH)
    def die(self, which: int) -> None:
        if change := self.pick(which):
            change.alive = False

    @rule(reads_list=st.booleans())
    def look(self, reads_list: bool) -> None:
        listed = [Method(factor_id, "totp", name) for factor_id, name in self.methods.items()]
        settle_operations(self.user, due_operations(self.user), listed if reads_list else None)

    @rule(step=st.sampled_from([timedelta(seconds=1), LEASE / 2, LEASE]))
    def wait(self, step: timedelta) -> None:
        type(self).elapse(step)

    @invariant()
    def says_only_what_is_so(self) -> None:
        for change in self.changes:
            outcomes = change.outcomes()
            assert outcomes.count("done") == change.told() <= int(change.carried)
            assert outcomes.count("failed") <= 1
            assert outcomes.count("unknown") <= 1
            assert not ("failed" in outcomes and change.carried and not change.alive)

    def teardown(self) -> None:
        """Whatever happened, after the next look nothing is lost or open."""
        for change in self.changes:
            change.alive = False
        self.wait(LEASE)
        self.look(reads_list=True)
        assert not Operation.objects.open().exists()
        renamed = [change for change in self.changes if change.attempt.action == Action.FACTOR_RENAMED]
        for change in self.changes:
            can_be_told = change not in renamed or len(renamed) == 1
            ended = "done" if change.carried else "failed"
            assert change.outcomes()[-1] in ({ended} if can_be_told else {ended, "unknown"})
        Operation.objects.all().delete()


def test_no_order_of_events_loses_or_doubles_a_change(db: None, elapse: Clock) -> None:
    class Histories(History):
        pass

    Histories.user = make_user("auth0|history", email="history@example.test")
    Histories.elapse = elapse
    run_state_machine_as_test(
        Histories,
        settings=settings(
            max_examples=60,
            stateful_step_count=25,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )


# The decision alone

NOW = START + timedelta(days=20)
EXPECTED = st.one_of(
    st.builds(Expected),
    st.builds(
        Expected, gone=st.lists(st.sampled_from(["totp|0", "phone|1", "push|2"]), min_size=1).map(tuple)
    ),
    st.builds(Expected, renamed=st.just("totp|0"), name=st.sampled_from(["", "Nokia"])),
    st.builds(Expected, old_code=st.sampled_from(["", "recovery-code|1"])),
)


@pytest.mark.parametrize("overtaken", [False, True])
def test_decision_waits_for_a_call_and_then_for_a_list_a_day_at_most(overtaken: bool) -> None:
    @given(EXPECTED, st.none() | method_lists(), st.integers(-120, 2 * 86400))
    def check(expected: Expected, methods: list[Method] | None, later: int) -> None:
        def judged(now_after: int) -> Settlement:
            return settle(
                expected,
                methods,
                begun_at=NOW - LEASE,
                busy_until=NOW,
                now=NOW + timedelta(seconds=now_after),
                overtaken=overtaken,
            )

        found = judged(later)
        if later < 0:
            assert found in (Settlement.WAIT, Settlement.DONE)
        if later >= LIST_AWAITED_FOR.total_seconds() or (methods is not None and later >= 0):
            assert found is not Settlement.WAIT
        if found is Settlement.DONE:
            assert methods is not None
            assert judged(2 * 86400) is Settlement.DONE
        if methods is None or not expected.is_listed:
            assert found in (Settlement.WAIT, Settlement.UNKNOWN)

    check()


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ([], [method("recovery-code", 1)], Settlement.DONE),
        ([method("recovery-code", 1)], [method("recovery-code", 2)], Settlement.DONE),
        ([method("recovery-code", 1)], [method("recovery-code", 1)], Settlement.NOT_DONE),
        # With the last factor the code goes, too.
        ([method("recovery-code", 1)], [], Settlement.UNKNOWN),
    ],
)
def test_recovery_code_is_told_from_the_one_before(
    before: list[Method], after: list[Method], found: Settlement
) -> None:
    expected = Expected(old_code=code_mark(before))
    assert settle(expected, after, begun_at=START, busy_until=START, now=START) is found
