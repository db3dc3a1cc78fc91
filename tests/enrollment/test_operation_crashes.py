"""A worker that dies, at any point of a change: after the next look one row and one email say what is so."""

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest

from accounts.identity import subject_of
from enrollment.flows.methods import remove_factor, rename_factor
from enrollment.flows.overview import security_overview
from enrollment.flows.recovery_code import is_recovery_code_unsaved, new_recovery_code
from enrollment.flows.reset import reset_factors
from enrollment.flows.ticket import send_ticket
from enrollment.gateways.factor_cache import factors_of
from enrollment.kinds import totp
from enrollment.models.activity import ActivityEvent
from enrollment.models.operation import Operation
from enrollment.pending.state_machine import LEASE
from mfaproject.users.models import User
from tests.enrollment.conftest import Locals, acting
from tests.support.clock import Clock
from tests.support.killing import Deadline, Killed, killed_at
from tests.support.mails import delivered
from tests.support.tenant import Account, Tenant

WHY = "Lost their phone"
FEWEST_POINTS = 6

pytestmark = pytest.mark.usefixtures("no_throttle")


class Victim:
    """Somebody with two factors and a recovery code, whose worker dies."""

    def __init__(self, tenant: Tenant, local: Locals, number: int) -> None:
        self.tenant = tenant
        self.account: Account = tenant.add_user(
            email=f"victim{number}@example.test",
            factors=[
                {"type": "totp", "id": f"totp|{number}", "name": "Pixel"},
                {"type": "phone", "id": f"phone|{number}"},
            ],
        )
        self.user: User = local(self.account)
        self.totp, self.phone = f"totp|{number}", f"phone|{number}"
        new_recovery_code(acting(self.user), self.user)
        self.code = self.at_tenant()["recovery_code"]
        self.first_row = ActivityEvent.objects.latest("pk").pk
        factors_of(subject_of(self.user))
        delivered().clear()

    def at_tenant(self) -> dict[str, Any]:
        return self.tenant.user(self.account)

    def methods(self) -> dict[str, str]:
        return {method["id"]: method.get("name") or "" for method in self.at_tenant()["methods"]}

    def rows(self) -> list[tuple[str, str]]:
        rows = ActivityEvent.objects.filter(subject=self.user, pk__gt=self.first_row).order_by("pk")
        return [(row.action, row.outcome) for row in rows]

    def subjects(self) -> list[str]:
        return [str(message.subject) for message in delivered()]


def dies_everywhere(
    tenant: Tenant,
    local: Locals,
    elapse: Clock,
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[Victim], object],
    check: Callable[[Victim, Deadline], None],
) -> None:
    """Kill a change at each of its points, each time somebody else's; look and check the truth, twice."""
    for point in count(1):
        victim = Victim(tenant, local, point)
        try:
            with killed_at(point, monkeypatch) as deadline:
                change(victim)
        except Killed:
            elapse(LEASE)
            for _again in range(2):
                security_overview(victim.user)
                assert not Operation.objects.open().exists(), deadline.place
                check(victim, deadline)
        else:
            break
    assert point > FEWEST_POINTS


def test_removal_that_dies_is_told_as_it_is(
    tenant: Tenant, local: Locals, elapse: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def check(victim: Victim, deadline: Deadline) -> None:
        gone = victim.totp not in victim.methods()
        told = ["A factor was removed from your account"] if gone else []
        assert victim.subjects() == told, deadline.place
        assert is_true(victim.rows(), "factor:removed", done=gone), deadline.place

    dies_everywhere(
        tenant, local, elapse, monkeypatch, lambda v: remove_factor(acting(v.user), v.user, v.totp), check
    )


def test_renaming_that_dies_is_told_as_it_is(
    tenant: Tenant, local: Locals, elapse: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def check(victim: Victim, deadline: Deadline) -> None:
        renamed = victim.methods()[victim.totp] == "Nokia"
        told = ["A factor of your account was renamed"] if renamed else []
        assert victim.subjects() == told, deadline.place
        assert is_true(victim.rows(), "factor:renamed", done=renamed), deadline.place

    dies_everywhere(
        tenant,
        local,
        elapse,
        monkeypatch,
        lambda v: rename_factor(acting(v.user), v.user, v.totp, "Nokia"),
        check,
    )


def test_recovery_code_whose_maker_dies_is_told_as_it_is(
    tenant: Tenant, local: Locals, elapse: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def check(victim: Victim, deadline: Deadline) -> None:
        made = victim.at_tenant()["recovery_code"] != victim.code
        told = ["A new recovery code was made for your account"] if made else []
        assert victim.subjects() == told, deadline.place
        assert is_true(victim.rows(), "recovery-code:made", done=made), deadline.place
        assert is_recovery_code_unsaved(victim.user, factors_of(subject_of(victim.user)).factors)

    dies_everywhere(
        tenant, local, elapse, monkeypatch, lambda v: new_recovery_code(acting(v.user), v.user), check
    )


def test_reset_that_dies_tells_what_is_gone(
    tenant: Tenant, local: Locals, sol: User, elapse: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = set()

    def check(victim: Victim, deadline: Deadline) -> None:
        gone = {victim.totp, victim.phone} - victim.methods().keys()
        rows = victim.rows()
        seen.add(len(gone))
        assert rows.count(("factor:removed", "done")) == len(gone), deadline.place
        whole = [outcome for action, outcome in rows if action == "factors:reset"]
        assert whole in ([[], ["failed"]], [["unknown"]], [["done"]])[len(gone)], deadline.place
        told = {
            0: [],
            1: ["A factor was removed from your account"],
            2: ["All factors were removed from your account"],
        }
        assert victim.subjects() == told[len(gone)], deadline.place

    dies_everywhere(
        tenant,
        local,
        elapse,
        monkeypatch,
        lambda v: reset_factors(acting(sol, reason=WHY), v.user),
        check,
    )
    assert seen == {0, 1, 2}


def test_link_whose_maker_dies_is_told_as_unsure(
    tenant: Tenant, local: Locals, elapse: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = set()

    def check(victim: Victim, deadline: Deadline) -> None:
        # The tenant's own email went to them; no list tells whether one did.
        sent = bool(tenant.messages(victim.account.email))
        unsure = [("link:made", "unknown")]
        assert victim.rows() in ([unsure] if sent else [[], unsure]), deadline.place
        assert victim.subjects() == [], deadline.place
        seen.add(sent)

    dies_everywhere(
        tenant,
        local,
        elapse,
        monkeypatch,
        lambda v: send_ticket(acting(v.user), v.user, totp.KIND, send_mail=True),
        check,
    )
    assert seen == {False, True}


def is_true(rows: list[tuple[str, str]], action: str, *, done: bool) -> bool:
    """Whether the trail says it once; what was not even begun leaves nothing."""
    return rows == [(action, "done")] if done else rows in ([], [(action, "failed")])
