"""Any history of an account's enrollments, with answers and time lost, against a model of what is true."""

from collections import Counter
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from accounts.auth0.errors import TenantError
from accounts.identity import subject_of
from enrollment.audit.log import Refused
from enrollment.flows.enroll.resume import cancel_enrollment, pending_of
from enrollment.gateways.factor_cache import factors_of
from enrollment.kinds import passkey, phone, push, totp
from enrollment.kinds.base import Kind
from enrollment.models.activity import ActivityEvent
from enrollment.models.pending_enrollment import PendingEnrollment
from enrollment.pending.state_machine import LEASE, LIFE, OPEN_STATES, RESEND_COOL_DOWN, State
from tests.enrollment.conftest import Locals
from tests.enrollment.enrolling import BEGIN, VERIFY, Enroller
from tests.plugins.tenant_apis import TenantApis
from tests.support.clock import Clock
from tests.support.tenant import Tenant

KINDS = st.sampled_from([totp.KIND, phone.KIND, push.KIND, passkey.KIND])
# Too long to be waited for: a refusal that says less is tried again, and then the call succeeds.
NOT_NOW = {"status": 429, "headers": {"retry-after": "60"}}
# What the tenant does to a call: nothing unusual, loses the answer, loses the call, or refuses it.
LUCK = st.sampled_from([{}, {}, {"after": True, "drop": True}, {"drop": True}, NOT_NOW])


class History(RuleBasedStateMachine):
    """`right` counts the proofs that were right and reached the tenant: nothing else may add a factor."""

    newcomer: Callable[[], Enroller]
    elapse: Clock

    def __init__(self) -> None:
        super().__init__()
        self.person = type(self).newcomer()
        self.tenant = self.person.tenant
        self.right: Counter[Kind] = Counter()

    def row(self, kind: Kind) -> PendingEnrollment | None:
        rows = PendingEnrollment.objects.filter(subject=self.person.user, kind=kind)
        return rows.filter(state__in=OPEN_STATES).first() or rows.first()

    @rule(kind=KINDS, luck=LUCK)
    def begin(self, kind: Kind, luck: dict[str, Any]) -> None:
        before = self.row(kind)
        row = self.try_under(BEGIN, luck, lambda: self.person.begin(kind))
        if isinstance(row, PendingEnrollment):
            assert row.is_live
        if before and before.status in OPEN_STATES and isinstance(row, PendingEnrollment):
            # Come back to, unless its time was over.
            assert row.pk == before.pk or before.is_expired(timezone.now())

    @rule(kind=KINDS, luck=LUCK)
    def confirm_rightly(self, kind: Kind, luck: dict[str, Any]) -> None:
        row = self.row(kind)
        if row is None or row.status is not State.CHALLENGED or row.confirmation.waits:
            return
        in_time = not row.is_expired(timezone.now())
        done = self.try_under(VERIFY, luck, lambda: self.person.confirm(row, **self.person.proof(row)))
        if in_time and (not luck or luck.get("after")):
            self.right[kind] += 1
            assert not isinstance(done, Exception)
        else:
            assert isinstance(done, Exception)

    @rule(kind=KINDS)
    def confirm_wrongly(self, kind: Kind) -> None:
        row = self.row(kind)
        if row is None or row.confirmation.takes_ceremony:
            return
        done = self.try_under("", {}, lambda: self.person.confirm(row, code=self.person.wrong_code(row)))
        assert isinstance(done, Exception) or row.status is State.CONFIRMED or self.right[kind]

    @rule()
    def scan(self) -> None:
        row = self.row(push.KIND)
        if row and row.status is State.CHALLENGED and not self.is_over(row, seconds=300):
            self.person.scan(row)
            self.right[push.KIND] += 1

    @rule(kind=KINDS)
    def cancel(self, kind: Kind) -> None:
        if row := self.row(kind):
            self.try_under(
                "", {}, lambda: cancel_enrollment(self.person.actor, self.person.user, str(row.pk))
            )

    @rule(luck=LUCK)
    def resend(self, luck: dict[str, Any]) -> None:
        if row := self.row(phone.KIND):
            self.try_under(BEGIN, luck, lambda: self.person.resend(row))

    @rule(step=st.sampled_from([RESEND_COOL_DOWN, LEASE, LIFE / 2, LIFE]))
    def wait(self, step: Any) -> None:
        self.elapse(step)

    @precondition(lambda self: self.right)
    @rule(kind=KINDS)
    def confirm_again(self, kind: Kind) -> None:
        """What is confirmed can be asked for again, and stays one factor."""
        row = self.row(kind)
        if row and row.status is State.CONFIRMED:
            self.try_under("", {}, lambda: self.person.confirm(row))

    @invariant()
    def tells_the_truth(self) -> None:
        user = self.person.user
        pending_of(user)
        there = Counter(m["type"] for m in self.person.methods() if m["type"] in set(self.kinds()))
        if there[push.KIND]:
            there[totp.KIND] -= there[push.KIND]  # a phone that is scanned brings codes too
        assert there == +Counter({kind.value: number for kind, number in self.right.items()})
        rows = PendingEnrollment.objects.filter(subject=user)
        confirmed = Counter(row.kind for row in rows if row.status is State.CONFIRMED)
        assert confirmed == there
        done = ActivityEvent.objects.filter(subject=user, action="factor:added", outcome="done")
        assert Counter(event.factor_kind for event in done) == there
        live = Counter(row.kind for row in rows if row.is_live)
        assert not live or max(live.values()) == 1
        assert not any(row.secrets for row in rows if not row.is_live)
        listed = Counter(factor.kind.value for factor in factors_of(subject_of(user)).factors or ())
        assert all(listed[kind] == number for kind, number in there.items())

    def kinds(self) -> tuple[Kind, ...]:
        return (totp.KIND, phone.KIND, push.KIND, passkey.KIND)

    def is_over(self, row: PendingEnrollment, seconds: int) -> bool:
        """Whether the QR code is too old for the phone."""
        return (timezone.now() - row.started_at).total_seconds() > seconds - 1

    def try_under(self, route: str, luck: dict[str, Any], work: Callable[[], object]) -> object:
        """Do it, with bad luck at a route; what was refused or failed comes back."""
        if luck:
            self.tenant.fault(route, times=1, **luck)
        try:
            return work()
        except (Refused, TenantError) as failure:
            return failure
        finally:
            self.tenant.http.delete(f"{self.tenant.base_url}/dev/faults", timeout=5)


@pytest.fixture
def newcomer(tenant: Tenant, local: Locals, apis: TenantApis) -> Callable[[], Enroller]:
    numbers = count(1)

    def make() -> Enroller:
        account = tenant.add_user(email=f"somebody{next(numbers)}@example.test", password="demo-Passw0rd!")
        token = apis.person_token(account, "create:me:authentication_methods")
        return Enroller(tenant, account, local(account), token)

    return make


def test_no_history_tells_an_untruth(
    newcomer: Callable[[], Enroller], elapse: Clock, no_throttle: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(History, "newcomer", staticmethod(newcomer), raising=False)
    monkeypatch.setattr(History, "elapse", elapse, raising=False)
    run_state_machine_as_test(
        History,
        settings=settings(
            max_examples=8,
            stateful_step_count=20,
            deadline=None,
            database=None,
            # Each step talks to the tenant: a shorter history is not worth minutes of looking for one.
            phases=(Phase.explicit, Phase.generate),
            suppress_health_check=list(HealthCheck),
        ),
    )
