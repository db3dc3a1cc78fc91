"""Changes of the whole tenant: written down first, and what got lost is looked up and told as it is."""

from collections.abc import Callable
from datetime import timedelta
from itertools import count

import pytest

from accounts.auth0.errors import TenantError
from enrollment.account.settlement import (
    LIST_AWAITED_FOR,
    NOTHING_LISTED,
    Expected,
    Settlement,
    TenantState,
    action_mark,
    settle,
)
from enrollment.actors import Actor
from enrollment.flows.tenant import set_factor_switch, set_policy
from enrollment.flows.tenant_actions import bind, compare, deploy, unbind
from enrollment.models.activity import ActivityEvent
from enrollment.models.operation import Operation
from enrollment.pending.state_machine import LEASE
from tests.enrollment.console import run
from tests.enrollment.makers import START
from tests.support.clock import Clock
from tests.support.killing import Killed, killed_at
from tests.support.tenant import Tenant

ROOT = Actor.operator("root", "Roll-out")
POLICY = "PUT /api/v2/guardian/policies"
POLICIES = "GET /api/v2/guardian/policies"
LOOKS = (["mfa_cleanup"], ["mfa_policy", "show"], ["mfa_factors", "list"])

pytestmark = pytest.mark.django_db


def outcomes() -> list[str]:
    return list(ActivityEvent.objects.order_by("pk").values_list("outcome", flat=True))


def lose_the_answer(tenant: Tenant, *, after: bool = True) -> None:
    """The policy is set, or not, and nobody could look by then."""
    tenant.fault(POLICY, drop=True, after=after, times=1)
    tenant.fault(POLICIES, status=403, times=1)
    with pytest.raises(TenantError):
        set_policy(ROOT, "always")
    assert outcomes() == ["unknown"]


def switch_off() -> None:
    set_factor_switch(ROOT, "sms", enabled=False)


def always() -> None:
    set_policy(ROOT, "always")


def deploy_risk() -> None:
    deploy(ROOT, compare(["risk"])[0])


def bind_risk() -> None:
    bind(ROOT, ["risk"])


def unbind_step_up() -> None:
    unbind(ROOT, ["step-up"])


# How each is seen to be done.
CHANGES: dict[Callable[[], None], Callable[[Tenant], bool]] = {
    switch_off: lambda _tenant: not {each["name"]: each["enabled"] for each in switches()}["sms"],
    always: lambda _tenant: policy() == "always",
    deploy_risk: lambda tenant: (
        "riskAssessment" in tenant.read("actions")["running"]["account-security-risk"]
    ),
    bind_risk: lambda tenant: "account-security-risk" in tenant.read("actions")["bindings"],
    unbind_step_up: lambda tenant: "account-security-step-up" not in tenant.read("actions")["bindings"],
}


def begin_anew(tenant: Tenant) -> None:
    tenant.set_settings(policies=[])
    set_factor_switch(ROOT, "sms", enabled=True)
    old = {"name": "account-security-risk", "code": "exports.onExecutePostLogin = async () => {};"}
    tenant.control("actions", {**old, "bindings": ["account-security-step-up"]})


@pytest.mark.parametrize("change", CHANGES)
def test_change_that_dies_anywhere_is_told_as_it_is(
    tenant: Tenant, elapse: Clock, monkeypatch: pytest.MonkeyPatch, change: Callable[[], None]
) -> None:
    seen = set()
    for point in count(1):
        begin_anew(tenant)
        first = ActivityEvent.objects.count()
        try:
            with killed_at(point, monkeypatch) as deadline:
                change()
        except Killed:
            elapse(LEASE)
            for _again in range(2):
                run("mfa_cleanup")
            done = CHANGES[change](tenant)
            told = outcomes()[first:]
            assert told == ["done"] if done else told in ([], ["failed"]), deadline.place
            assert not Operation.objects.open().exists(), deadline.place
            seen.add(done)
        else:
            break
    assert seen == {False, True}


def switches() -> list[dict[str, object]]:
    found: list[dict[str, object]] = run("mfa_factors", "list", "--json").json["factors"]
    return found


def policy() -> str:
    return str(run("mfa_policy", "show", "--json").json["policy"])


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look[0])
@pytest.mark.parametrize(("after", "found"), [(True, "done"), (False, "failed")])
def test_lost_answer_is_looked_up_by_whoever_looks_next(
    tenant: Tenant, elapse: Clock, look: list[str], after: bool, found: str
) -> None:
    lose_the_answer(tenant, after=after)
    elapse(LEASE)

    for _again in range(2):
        run(*look)

    assert outcomes() == ["unknown", found]


def test_lookup_that_fails_waits_is_said_and_ends_after_a_day(tenant: Tenant, elapse: Clock) -> None:
    lose_the_answer(tenant)
    tenant.fault(POLICIES, status=403)
    elapse(LEASE)
    lost = {"action": "tenant:policy-set", "factor": "always"}

    foreseen = run("mfa_cleanup", "--json", "--dry-run")
    waiting = run("mfa_cleanup", "--json")
    assert foreseen.json["tenant"] == waiting.json["tenant"] == [{**lost, "outcome": "wait"}]
    assert waiting.status == 3
    said = run("mfa_cleanup")
    assert said.out.startswith("MFA policy of the tenant set: Not done yet (“always”)\n")
    assert "could not be looked up: 1." in said.complaint

    elapse(LIST_AWAITED_FOR)
    assert run("mfa_cleanup", "--json").json["tenant"] == [{**lost, "outcome": "unknown"}]
    assert run("mfa_cleanup", "--json").json["tenant"] == []
    assert outcomes() == ["unknown"]


SMS_ON, NEVER = Expected(switch="sms", enabled=True), Expected(policies=())
RUNS = Expected(deployed="risk", action_code=action_mark("new"))
BOUND, UNBOUND = Expected(bound=("risk", "claims")), Expected(unbound=("risk", "claims"))
METHODS_ALONE = Expected(gone=("totp|1",))


@pytest.mark.parametrize(
    ("expected", "on", "policies", "overtaken", "found"),
    [
        (SMS_ON, True, (), False, Settlement.DONE),
        (SMS_ON, False, (), False, Settlement.NOT_DONE),
        (SMS_ON, False, (), True, Settlement.UNKNOWN),
        (NEVER, True, (), False, Settlement.DONE),
        (NEVER, True, (), True, Settlement.DONE),
        (NEVER, True, ("all-applications",), False, Settlement.NOT_DONE),
        (NEVER, True, ("all-applications",), True, Settlement.UNKNOWN),
        (METHODS_ALONE, True, (), False, Settlement.WAIT),
    ],
)
def test_change_is_judged_by_what_the_tenant_shows(
    expected: Expected, on: bool, policies: tuple[str, ...], overtaken: bool, found: Settlement
) -> None:
    seen, minute = TenantState({"sms": on}, policies), START + timedelta(minutes=1)

    def judged(state: TenantState | None) -> Settlement:
        return settle(
            Expected.load(expected.dump()),
            state,
            begun_at=START,
            busy_until=START,
            now=minute,
            overtaken=overtaken,
        )

    assert judged(seen) is found
    assert judged(None) is Settlement.WAIT


@pytest.mark.parametrize(
    ("expected", "code", "bound", "found"),
    [
        (RUNS, "new", [], Settlement.DONE),
        (RUNS, "old", [], Settlement.NOT_DONE),
        (BOUND, "old", ["risk", "claims", "other"], Settlement.DONE),
        (BOUND, "old", ["risk"], Settlement.NOT_DONE),
        (UNBOUND, "old", ["other"], Settlement.DONE),
        (UNBOUND, "old", ["claims"], Settlement.NOT_DONE),
    ],
)
def test_change_of_the_actions_is_judged_by_what_runs(
    expected: Expected, code: str, bound: list[str], found: Settlement
) -> None:
    seen = TenantState(running={"risk": action_mark(code)}, bound=frozenset(bound))

    def judged(state: TenantState) -> Settlement:
        return settle(expected, state, begun_at=START, busy_until=START, now=START)

    assert judged(seen) is found
    assert judged(TenantState({"sms": True}, ())) is Settlement.WAIT


@pytest.mark.parametrize("expected", [SMS_ON, NEVER, METHODS_ALONE, NOTHING_LISTED, RUNS, BOUND, UNBOUND])
def test_expectation_survives_being_stored(expected: Expected) -> None:
    assert Expected.load(expected.dump()) == expected


def test_list_of_methods_says_nothing_of_the_whole_tenant() -> None:
    for expected in (SMS_ON, NEVER):
        assert settle(expected, (), begun_at=START, busy_until=START, now=START) is Settlement.WAIT
