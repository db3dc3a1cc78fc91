"""Whom a sign-in asks, by policy and Actions; and which code counts as a shipped Action. Pure."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrollment.account.sign_in import Demand, Effect, demand_of
from enrollment.actions.files import BY_KEY, SHIPPED
from enrollment.actions.plan import TenantAction
from enrollment.actions.recognise import recognise
from enrollment.gateways.sign_in import EFFECTS, effects, effects_of
from enrollment.kinds.registry import kinds

ALWAYS, ADAPTIVE = ["all-applications"], ["confidence-score"]
OURS, RISK, NOTHING, UNKNOWN = Effect.ASKS_HOLDERS, Effect.ASKS_AT_RISK, Effect.NOTHING, Effect.UNKNOWN
EFFECT_LISTS = st.lists(st.sampled_from(Effect), max_size=5)


@pytest.mark.parametrize(
    ("policies", "flow", "demand"),
    [
        ([], [], Demand.NOBODY),
        ([], [NOTHING], Demand.NOBODY),
        ([], [OURS, NOTHING], Demand.HOLDERS),
        ([], [RISK, NOTHING], Demand.AT_RISK),
        (ADAPTIVE, [NOTHING], Demand.AT_RISK),
        (ADAPTIVE, [RISK, OURS], Demand.HOLDERS),
        (ALWAYS, [], Demand.EVERYBODY),
        (ALWAYS, [OURS], Demand.EVERYBODY),
        (None, [OURS], Demand.HOLDERS),
        (None, [NOTHING], Demand.UNKNOWN),
        (ALWAYS, None, Demand.UNKNOWN),
        (["something-new"], [NOTHING], Demand.UNKNOWN),
    ],
)
def test_demand_follows_from_policy_and_flow(
    policies: list[str] | None, flow: list[Effect] | None, demand: Demand
) -> None:
    assert demand_of(policies, flow) is demand


@given(st.sampled_from([None, [], ALWAYS, ADAPTIVE]), EFFECT_LISTS, EFFECT_LISTS)
def test_one_unknown_action_makes_the_demand_unknown_wherever_it_is_bound(
    policies: list[str] | None, before: list[Effect], after: list[Effect]
) -> None:
    assert demand_of(policies, [*before, UNKNOWN, *after]) is Demand.UNKNOWN


def test_kinds_that_are_asked_for_alone_are_those_that_the_action_names() -> None:
    (named,) = re.findall(r"^const STAND_ALONE = (.*);$", BY_KEY["sign-in"].code({}), re.MULTILINE)
    alone = {kind for kind in kinds() if kind.asked_for_alone}

    assert {name for kind in alone for name in (kind.ticket,)} == set(json.loads(named))


# Recognising


@pytest.mark.parametrize("key", BY_KEY)
def test_shipped_file_is_recognised_as_it_is(key: str) -> None:
    assert recognise(BY_KEY[key].code({})) is BY_KEY[key]
    assert EFFECTS[key] is not UNKNOWN


@pytest.mark.parametrize(
    ("key", "constants"),
    [
        ("sign-in", {"REMEMBER_BROWSERS": False, "STAFF_ROLES": []}),
        ("sign-in", {"STAFF_ROLES": ['a "quoted" one', "größer"]}),
        ("claims", {"ROLES_CLAIM": "", "METHODS_CLAIM": "https://site.example/methods"}),
        ("risk", {"DENIED": "No."}),
    ],
)
def test_constants_that_a_site_fills_in_change_nothing(key: str, constants: dict[str, object]) -> None:
    assert recognise(BY_KEY[key].code(constants)) is BY_KEY[key]


@pytest.mark.parametrize(
    "code",
    [
        "exports.onExecutePostLogin = async () => {};",
        "",
        BY_KEY["sign-in"].code({"STAND_ALONE": ["otp"]}),
        BY_KEY["sign-in"].code({"STAFF_ROLES": True}),
        BY_KEY["sign-in"].code({"REMEMBER_BROWSERS": "yes"}),
        BY_KEY["sign-in"].code({}).replace('"any"', '"none"'),
        BY_KEY["sign-in"].code({}) + "\nexports.onExecutePostLogin = async () => {};",
        BY_KEY["sign-in"].code({}).replace("= true;", "= true; exports = null;"),
        BY_KEY["claims"].code({"ROLES_CLAIM": "x"}).replace('"x"', '"x" + exports.y()'),
        BY_KEY["step-up"].code({"MULTI_FACTOR": "x"}),
    ],
)
def test_code_that_differs_in_anything_else_is_nobodys(code: str) -> None:
    assert recognise(code) is None


@given(st.sampled_from(SHIPPED), st.data())
def test_code_with_any_character_taken_out_is_not_recognised_unless_it_was_in_a_free_constant(
    action: object, data: st.DataObject
) -> None:
    code = action.code({}).rstrip()  # type: ignore[attr-defined]
    at = data.draw(st.integers(0, len(code) - 1))
    line = code[code.rfind("\n", 0, at) + 1 :].split("\n")[0]
    if not line.startswith("const "):
        assert recognise(code[:at] + code[at + 1 :]) is None


def test_effect_is_that_of_the_code_that_runs_whatever_name_and_draft_say() -> None:
    ours, theirs = BY_KEY["sign-in"].code({}), "exports.onExecutePostLogin = async () => {};"
    found = [
        TenantAction("1", "account-security-sign-in", ours, theirs),
        TenantAction("2", "somebody-elses", theirs, ours),
        TenantAction("3", "account-security-claims", BY_KEY["claims"].code({}), None),
    ]

    assert effects(["1", "2", "3", "4"], effects_of(found)) == (UNKNOWN, OURS, UNKNOWN, UNKNOWN)
