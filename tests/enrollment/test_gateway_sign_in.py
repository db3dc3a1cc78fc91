"""What the tenant demands at sign-in, as pages read it: seldom, and never at their cost."""

from urllib.parse import urlsplit

import pytest

from accounts.auth0.cache import claim, drop
from enrollment.account.sign_in import Demand
from enrollment.actors import Actor
from enrollment.flows.tenant import set_policy
from enrollment.flows.tenant_actions import bind, compare, deploy, unbind
from enrollment.gateways.sign_in import FLOW, demand_at_sign_in, sign_in_of
from tests.enrollment.doctoring import management_scopes
from tests.support.actions import SIGN_IN, install_actions
from tests.support.clock import Clock
from tests.support.tenant import Tenant

MANAGEMENT = "/api/v2/"
THEIRS = "exports.onExecutePostLogin = async () => {};"
OPERATOR = Actor.operator("root")


def test_demand_is_that_of_the_flow_that_runs(tenant: Tenant) -> None:
    assert demand_at_sign_in() is Demand.NOBODY


def test_demand_of_the_recommended_flow_is_of_whoever_has_a_factor(tenant: Tenant) -> None:
    install_actions(tenant, SIGN_IN)

    assert demand_at_sign_in() is Demand.HOLDERS


def test_demand_with_somebody_elses_action_is_unknown(tenant: Tenant) -> None:
    tenant.set_settings(policies=["all-applications"])
    tenant.run_action(THEIRS)

    assert demand_at_sign_in() is Demand.UNKNOWN


def test_demand_is_read_once_for_everybody_and_again_after_minutes(tenant: Tenant, elapse: Clock) -> None:
    for sub in ("auth0|1", "auth0|2"):
        sign_in_of(sub)
    paths = [urlsplit(call["path"]).path.removeprefix(MANAGEMENT) for call in tenant.exchanges(MANAGEMENT)]
    assert sorted(paths) == [
        "actions/actions",
        "actions/triggers/post-login/bindings",
        "guardian/factors",
        "guardian/policies",
    ]
    elapse(301)
    sign_in_of("auth0|1")
    assert len(tenant.exchanges(MANAGEMENT)) == 4


def test_demand_of_an_empty_flow_costs_no_list_of_actions(tenant: Tenant) -> None:
    tenant.bind()

    assert demand_at_sign_in() is Demand.NOBODY
    assert not tenant.exchanges("/api/v2/actions/actions")


@pytest.mark.parametrize("lacking", ["read:actions", "read:guardian_factors", "read:mfa_policies"])
def test_demand_that_may_not_be_read_is_unknown(tenant: Tenant, lacking: str) -> None:
    scopes = {"read:actions", "read:guardian_factors", "read:mfa_policies"} - {lacking}
    management_scopes(tenant, *scopes)

    assert demand_at_sign_in() is Demand.UNKNOWN


def test_missing_scope_for_actions_is_not_tried_at_every_page(tenant: Tenant, elapse: Clock) -> None:
    management_scopes(tenant, "read:guardian_factors", "read:mfa_policies")
    demand_at_sign_in()
    tenant.exchanges()
    elapse(200)
    demand_at_sign_in()

    assert tenant.exchanges() == []


def test_tenant_that_fails_is_asked_once_and_the_demand_is_unknown(tenant: Tenant) -> None:
    tenant.fault("* /api/v2/**", status=503)

    assert demand_at_sign_in() is Demand.UNKNOWN
    assert {call["path"] for call in tenant.exchanges(MANAGEMENT)} == {"/api/v2/guardian/policies"}


def test_tenant_that_fails_a_little_later_changes_no_text_for_some_minutes(
    tenant: Tenant, elapse: Clock
) -> None:
    demand_at_sign_in()
    elapse(400)
    tenant.fault("* /api/v2/**", status=503)
    assert demand_at_sign_in() is Demand.NOBODY
    elapse(300)
    assert demand_at_sign_in() is Demand.UNKNOWN


def test_policy_that_may_not_be_read_any_more_is_good_for_some_minutes(tenant: Tenant, elapse: Clock) -> None:
    demand_at_sign_in()
    tenant.fault("GET /api/v2/guardian/policies", status=403)
    elapse(400)
    assert demand_at_sign_in() is Demand.NOBODY
    elapse(300)
    assert demand_at_sign_in() is Demand.UNKNOWN


def test_page_does_not_wait_for_somebody_else_who_is_reading(tenant: Tenant) -> None:
    claim(FLOW.lock_key, 15)

    assert demand_at_sign_in() is Demand.UNKNOWN
    assert not tenant.exchanges("/api/v2/actions/")
    drop(FLOW.lock_key)
    # Nobody took the waiting of others for a failure of the tenant.
    assert demand_at_sign_in() is Demand.NOBODY


def test_demand_is_looked_up_without_a_call_where_none_may_be_made(tenant: Tenant) -> None:
    assert sign_in_of("auth0|1", may_call=False).demand is Demand.UNKNOWN
    assert tenant.exchanges() == []


def _deploy_sign_in() -> None:
    for each in compare(["sign-in"]):
        deploy(OPERATOR, each)


@pytest.mark.django_db
def test_change_made_here_is_known_at_once(tenant: Tenant) -> None:
    _deploy_sign_in()
    said = [demand_at_sign_in()]
    for change in (
        lambda: bind(OPERATOR, ["sign-in"]),
        lambda: set_policy(OPERATOR, "always"),
        lambda: set_policy(OPERATOR, "never"),
        lambda: unbind(OPERATOR, ["sign-in"]),
    ):
        change()
        said.append(demand_at_sign_in())

    assert said == [Demand.NOBODY, Demand.HOLDERS, Demand.EVERYBODY, Demand.HOLDERS, Demand.NOBODY]


@pytest.mark.django_db
def test_deployed_code_is_known_at_once(tenant: Tenant) -> None:
    tenant.control(
        "actions",
        {"name": "account-security-sign-in", "code": THEIRS, "bindings": ["account-security-sign-in"]},
    )
    assert demand_at_sign_in() is Demand.UNKNOWN
    _deploy_sign_in()

    assert demand_at_sign_in() is Demand.HOLDERS
