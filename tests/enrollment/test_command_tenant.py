"""`mfa_factors` and `mfa_policy` against the real tenant, and the next step of every failure."""

import pytest

from accounts.auth0.errors import BY_STATUS, Certainty, Problem, TenantError
from enrollment.account.tenant_switches import policy_refusal, switch_refusal
from enrollment.actors import Actor
from enrollment.audit.log import Refused
from enrollment.flows.tenant import set_factor_switch, set_policy
from enrollment.management.errors import NEXT_STEPS, REFUSAL_STEPS, Exit, command_error, next_step
from enrollment.models.activity import ActivityEvent
from tests.enrollment.console import run, run_at_terminal
from tests.support.tenant import Tenant

DEPENDENT = {"email", "recovery-code", "webauthn-platform"}

pytestmark = pytest.mark.django_db
WHY = ("--reason", "Roll-out")
ALL_OFF = dict.fromkeys(
    (
        "push-notification",
        "sms",
        "email",
        "duo",
        "otp",
        "webauthn-roaming",
        "webauthn-platform",
        "recovery-code",
    ),
    False,
)


def on(tenant: Tenant) -> set[str]:
    listed = run("mfa_factors", "list", "--json").json["factors"]
    return {factor["name"] for factor in listed if factor["enabled"]}


def rows() -> list[tuple[str, str, str, str]]:
    return [(e.action, e.outcome, e.factor_name, e.actor_label) for e in ActivityEvent.objects.order_by("pk")]


# mfa_factors


def test_factors_are_listed_with_what_leans_on_what(tenant: Tenant) -> None:
    assert "otp\tAuthenticator app\ton\t" in run("mfa_factors", "list").out
    listed = run("mfa_factors", "list", "--json").json["factors"]

    assert {factor["name"] for factor in listed if factor["needs_another"]} == DEPENDENT
    assert set(listed[0]) == {"name", "enabled", "label", "needs_another"}


def test_factor_is_switched_on_and_written_down(tenant: Tenant) -> None:
    ended = run("mfa_factors", "enable", "duo", *WHY)

    assert ended.out == "duo is on now.\n"
    assert "duo" in on(tenant)
    ((action, outcome, name, label),) = rows()
    assert (action, outcome, name) == ("tenant:factor-switched", "done", "duo: on")
    assert label


def test_factor_that_is_on_already_is_left_alone(tenant: Tenant) -> None:
    ended = run("mfa_factors", "enable", "otp", *WHY, "--json")

    (entry,) = ended.json["results"]
    assert (entry["outcome"], entry["enabled"], entry["changed"]) == ("done", True, False)
    assert rows() == []


def test_misspelt_factor_changes_nothing(tenant: Tenant) -> None:
    ended = run("mfa_factors", "enable", "duo", "opt", *WHY)

    assert ended.status == 1
    assert "mfa_factors list" in ended.complaint
    assert "duo" not in on(tenant)


@pytest.mark.parametrize("name", sorted(DEPENDENT))
def test_dependent_factor_alone_is_refused_with_what_to_switch_on_first(tenant: Tenant, name: str) -> None:
    tenant.set_settings(factors=ALL_OFF)

    ended = run("mfa_factors", "enable", name, *WHY)

    assert ended.status == 1
    assert "mfa_factors enable otp" in ended.complaint
    assert on(tenant) == set()


def test_dependent_factor_along_with_its_support_is_switched_on_last(tenant: Tenant) -> None:
    tenant.set_settings(factors=ALL_OFF)

    assert run("mfa_factors", "enable", "email", "otp", *WHY).status == 0
    assert [row[2] for row in rows()] == ["otp: on", "email: on"]


def test_last_factor_that_stands_alone_stays_while_others_lean_on_it(tenant: Tenant) -> None:
    tenant.set_settings(factors=ALL_OFF | {"otp": True, "email": True})

    ended = run("mfa_factors", "disable", "otp", *WHY, "--yes")

    assert "email would be left" in ended.complaint
    assert run("mfa_factors", "disable", "otp", "email", *WHY, "--yes").status == 0
    assert [row[2] for row in rows()] == ["email: off", "otp: off"]


def test_last_factor_that_stands_alone_stays_while_the_policy_demands_one(tenant: Tenant) -> None:
    tenant.set_settings(factors=ALL_OFF | {"otp": True}, policies=["all-applications"])

    ended = run("mfa_factors", "disable", "otp", *WHY, "--yes")

    assert "set the policy to never first" in ended.complaint
    assert on(tenant) == {"otp"}


def test_switching_off_asks(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Add --yes" in run("mfa_factors", "disable", "sms", *WHY).complaint
    ended = run_at_terminal(monkeypatch, "mfa_factors", "disable", "sms", *WHY, answer="no")

    assert "Switch off for everybody: sms." in ended.aside
    assert "sms" in on(tenant)


# mfa_policy


def test_policy_is_shown_and_set(tenant: Tenant) -> None:
    assert run("mfa_policy", "show", "--json").json == {"policy": "never", "auth0": []}
    ended = run("mfa_policy", "set", "always", *WHY, "--yes", "--json")

    assert ended.json == {"policy": "always", "auth0": ["all-applications"]}
    assert run("mfa_policy", "show").out.startswith("always: ")
    assert [row[:3] for row in rows()] == [("tenant:policy-set", "done", "always")]


@pytest.mark.parametrize("policy", ["always", "adaptive"])
def test_policy_that_nobody_could_comply_with_is_refused_with_a_next_step(
    tenant: Tenant, policy: str
) -> None:
    tenant.set_settings(factors=ALL_OFF)

    ended = run("mfa_policy", "set", policy, *WHY, "--yes")

    assert ended.status == 1
    assert "mfa_factors enable otp" in ended.complaint
    assert run("mfa_policy", "show", "--json").json["policy"] == "never"


def test_policy_asks_and_says_what_it_means(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    ended = run_at_terminal(monkeypatch, "mfa_policy", "set", "always", *WHY, answer="")

    assert "From now on, everybody is asked for a second factor" in ended.aside
    assert ended.status == 1


def test_policy_answer_that_got_lost_is_looked_up_not_guessed(tenant: Tenant) -> None:
    tenant.fault("PUT /api/v2/guardian/policies", drop=True, after=True, times=1)

    assert run("mfa_policy", "set", "always", *WHY, "--yes").status == 0


# Failures


def test_missing_scope_is_named(tenant: Tenant) -> None:
    tenant.fault(
        "GET /api/v2/guardian/factors",
        status=403,
        body='{"statusCode":403,"error":"Forbidden","errorCode":"insufficient_scope",'
        '"message":"Insufficient scope, expected any of: read:guardian_factors"}',
        headers={"Content-Type": "application/json"},
    )

    ended = run("mfa_factors", "list")

    assert ended.status == 3
    assert "read:guardian_factors" in ended.complaint
    assert "missing scope" in ended.complaint


def test_every_refusal_of_the_management_api_has_a_step_of_its_own() -> None:
    assert set(BY_STATUS.values()) <= set(NEXT_STEPS)


@pytest.mark.parametrize("problem", Problem)
@pytest.mark.parametrize(
    ("truth", "status"), [(Certainty.NOT_DONE, Exit.FAILED), (Certainty.UNKNOWN, Exit.PARTLY)]
)
def test_problem_ends_the_command_with_cause_consequence_and_next_step(
    problem: Problem, truth: Certainty, status: Exit
) -> None:
    error = TenantError(problem, truth)

    ended = command_error(error, "tess@example.test")

    assert ended.returncode == status
    for part in ("tess@example.test: ", error.cause, error.consequence, next_step(problem)):
        assert str(part) in str(ended)


def test_refusal_ends_the_command_with_its_sentence_and_step() -> None:
    ended = command_error(Refused("busy", "Busy."))

    assert (str(ended), ended.returncode) == (f"Busy. {REFUSAL_STEPS['busy']}", Exit.REFUSED)


# The rule itself


def test_switching_one_of_several_off_is_nobodys_business() -> None:
    switches = ALL_OFF | {"otp": True, "sms": True, "email": True}

    assert switch_refusal("otp", enabled=False, switches=switches, policies=["all-applications"]) is None


def test_policy_needs_a_factor_that_stands_alone() -> None:
    refusal = policy_refusal(ALL_OFF | {"email": True, "webauthn-platform": True, "passkey": True})

    assert refusal
    assert refusal.code == "no-factor-stands-alone"
    assert policy_refusal(ALL_OFF | {"sms": True}) is None


def test_flow_refuses_what_the_command_would_have_caught(tenant: Tenant) -> None:
    actor = Actor.operator("root", "Roll-out")
    tenant.set_settings(factors=ALL_OFF | {"otp": True}, policies=["all-applications"])

    with pytest.raises(Refused, match="last-that-stands-alone"):
        set_factor_switch(actor, "otp", enabled=False)
    tenant.set_settings(factors=ALL_OFF, policies=[])
    with pytest.raises(Refused, match="dependent-factor"):
        set_factor_switch(actor, "email", enabled=True)
    with pytest.raises(Refused, match="no-factor-stands-alone"):
        set_policy(actor, "always")
    assert [row[1] for row in rows()] == ["refused"] * 3
