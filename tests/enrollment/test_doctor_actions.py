"""`mfa_doctor` on the post-login flow: who would not be asked for a factor, and what is not known."""

import pytest
from pytest_django import Settings

from tests.enrollment.console import run
from tests.enrollment.doctoring import management_scopes
from tests.support.actions import CLAIMS, SIGN_IN, STEP_UP, install_actions
from tests.support.tenant import Tenant

pytestmark = pytest.mark.django_db
IDS = ("sign-in.action", "step-up.action", "claims.action", "methods.action", "actions.current")
BOUND = ["account-security-step-up", "account-security-claims"]


def states() -> dict[str, str]:
    found = run("mfa_doctor", "--json").json["findings"]
    return {each["id"]: each["state"] for each in found if each["id"] in IDS}


def sentence(name: str) -> str:
    (found,) = [each for each in run("mfa_doctor", "--json").json["findings"] if each["id"] == name]
    return str(found["sentence"])


def test_flow_that_asks_nobody_at_sign_in_is_a_warning(tenant: Tenant) -> None:
    assert states()["sign-in.action"] == "warning"
    assert "a password alone opens an account" in sentence("sign-in.action")


def test_policy_that_asks_everybody_needs_no_action_for_sign_in(tenant: Tenant) -> None:
    tenant.set_settings(policies=["all-applications"])
    assert states()["sign-in.action"] == "ok"


def test_flow_that_answers_no_step_up_is_a_problem(tenant: Tenant) -> None:
    tenant.bind()
    assert states() == {
        "sign-in.action": "warning",
        "step-up.action": "problem",
        "claims.action": "warning",
        "methods.action": "warning",
        "actions.current": "ok",
    }


def test_what_somebody_elses_action_does_is_not_known(tenant: Tenant) -> None:
    tenant.run_action("exports.onExecutePostLogin = async () => {};")
    assert [states()[name] for name in IDS[:4]] == ["not-checked"] * 4


def test_sign_in_that_asks_at_risk_alone_is_a_warning(tenant: Tenant) -> None:
    tenant.set_settings(policies=["confidence-score"])
    assert states()["sign-in.action"] == "warning"
    assert "only where it looks risky" in sentence("sign-in.action")


def test_action_of_the_shipped_name_with_other_code_asks_nobody_knows_whom(tenant: Tenant) -> None:
    install_actions(tenant, SIGN_IN, STEP_UP, CLAIMS)
    tenant.control(
        "actions",
        {"name": "account-security-sign-in", "code": "exports.onExecutePostLogin = async () => {};"},
    )
    assert states()["sign-in.action"] == "not-checked"


def test_flow_that_may_not_be_read_is_not_checked_and_the_scope_is_said_to_serve_pages(
    tenant: Tenant,
) -> None:
    management_scopes(tenant, "read:mfa_policies")
    (found,) = [f for f in run("mfa_doctor", "--json").json["findings"] if f["id"] == "sign-in.action"]
    assert found["state"] == "not-checked"
    assert "this site needs it for its pages, too" in found["next_step"]


def test_recommended_flow_is_well(tenant: Tenant) -> None:
    install_actions(tenant, SIGN_IN, STEP_UP, CLAIMS)
    assert set(states().values()) == {"ok"}


def test_action_that_differs_from_the_shipped_one_is_named(tenant: Tenant) -> None:
    tenant.control("actions", {"name": BOUND[0], "code": "exports.onExecutePostLogin = async () => {};"})
    assert states()["actions.current"] == "warning"
    assert sentence("actions.current").endswith("differ from the shipped ones: step-up.")


def test_methods_are_not_asked_about_where_no_claim_is_read(tenant: Tenant, settings: Settings) -> None:
    settings.AUTH0_METHODS_CLAIM = ""
    assert "methods.action" not in states()
