"""`mfa_doctor` against the local tenant: well, and ill in each way that it can see."""

from typing import Any

import pytest
from pytest_django import Settings

from enrollment.doctor.findings import NEEDED_SCOPES, ROLE_SCOPES
from enrollment.management.errors import Exit
from tests.enrollment.console import run
from tests.enrollment.doctoring import SITE, found, management_scopes, states, switch_on_only
from tests.support.actions import RECOMMENDED, install_actions
from tests.support.tenant import ROOT, Tenant

DOCUMENT = (ROOT / "docs" / "commands.md").read_text()
DISCOVERY = "GET /.well-known/openid-configuration"


@pytest.fixture(autouse=True)
def site(settings: Settings) -> None:
    """The address that the tenant's seed allows."""
    settings.SITE_URL = SITE


def test_tenant_that_is_well_has_no_problem(tenant: Tenant) -> None:
    install_actions(tenant, *RECOMMENDED)
    logout = {"backchannel_logout_urls": [f"{SITE}/auth/backchannel-logout/"]}
    client_id = tenant.clients["web"]["client_id"]
    tenant.control("clients", {"client_id": client_id, **logout, "backchannel_logout_initiators": ["all"]})
    ended = run("mfa_doctor", "--json")

    assert ended.status == 0
    assert ended.json["problems"] == 0
    assert set(states(ended).values()) == {"ok"}
    assert len(states(ended)) == 19
    assert [name for name in states(ended) if f"`{name}`" not in DOCUMENT] == []


def test_text_has_a_line_and_a_next_step_for_each_finding(tenant: Tenant) -> None:
    tenant.set_settings(my_account_active=False)
    ended = run("mfa_doctor")

    assert ended.status == Exit.REFUSED
    assert "PROBLEM: The My Account API" in ended.out
    assert "    Activate it in Auth0 under Applications" in ended.out
    assert "Problems found: 1." in ended.complaint


def test_nothing_is_changed_at_the_tenant(tenant: Tenant) -> None:
    tenant.exchanges()
    run("mfa_doctor")

    methods = {(each["method"], each["path"]) for each in tenant.exchanges()}
    assert {path for method, path in methods if method != "GET"} == {"/oauth/token"}


def test_other_issuer_is_a_problem(tenant: Tenant) -> None:
    tenant.fault(DISCOVERY, status=200, body='{"issuer": "https://elsewhere.example/"}')
    state, step = found(run("mfa_doctor", "--json"))["tenant.discovery"]

    assert (state, "AUTH0_DOMAIN" in step) == ("problem", True)


@pytest.mark.parametrize(("offset", "state"), [(3, "ok"), (60, "problem"), (-60, "problem")])
def test_clock_that_differs_is_a_problem(tenant: Tenant, offset: float, state: str) -> None:
    tenant.clock(offset)

    assert states(run("mfa_doctor", "--json"))["tenant.clock"] == state


def test_wrong_secret_ends_the_look_with_what_to_check(tenant: Tenant, settings: Settings) -> None:
    settings.AUTH0_MGMT_CLIENT_SECRET = "demo-wrong"
    ended = run("mfa_doctor", "--json")

    assert ended.status == Exit.REFUSED
    assert list(states(ended)) == ["tenant.discovery", "tenant.clock", "management.credentials"]


@pytest.mark.parametrize("scope", NEEDED_SCOPES)
def test_scope_that_is_missing_is_named(tenant: Tenant, scope: str) -> None:
    management_scopes(tenant, *(each for each in NEEDED_SCOPES if each != scope))
    ended = run("mfa_doctor", "--json")

    (sentence,) = [each["sentence"] for each in ended.json["findings"] if each["id"] == "management.scopes"]
    assert ended.status == Exit.REFUSED
    assert sentence.endswith(f"lacks scopes: {scope}.")


def test_scopes_of_roles_are_needed_where_a_roles_claim_is_configured(
    tenant: Tenant, settings: Settings
) -> None:
    management_scopes(tenant, *(each for each in NEEDED_SCOPES if each not in ROLE_SCOPES))
    assert states(run("mfa_doctor", "--json"))["management.scopes"] == "problem"

    settings.AUTH0_ROLES_CLAIM = ""

    assert states(run("mfa_doctor", "--json"))["management.scopes"] == "ok"


def test_log_is_open_by_either_of_its_scopes(tenant: Tenant) -> None:
    management_scopes(tenant, *(each for each in NEEDED_SCOPES if each != "read:logs_users"), "read:logs")

    assert states(run("mfa_doctor", "--json"))["management.scopes"] == "ok"


def test_needed_scopes_are_enough_and_the_rest_is_not_checked(tenant: Tenant) -> None:
    management_scopes(tenant, *NEEDED_SCOPES)
    ended = run("mfa_doctor", "--json")

    assert ended.status == 0
    unseen = {name for name, state in states(ended).items() if state == "not-checked"}
    assert unseen == {
        "application.registered",
        "application.urls",
        "application.authentication",
        "application.backchannel-logout",
        "my-account.api",
        "my-account.grant",
        "sign-in.action",
        "step-up.action",
        "claims.action",
        "methods.action",
        "actions.current",
    }


def test_grant_that_was_changed_a_moment_ago_is_seen(tenant: Tenant) -> None:
    run("mfa_doctor")
    management_scopes(tenant, "read:users")

    assert states(run("mfa_doctor", "--json"))["management.scopes"] == "problem"


def test_warnings_alone_are_no_failure(tenant: Tenant) -> None:
    switch_on_only(tenant, "otp")
    ended = run("mfa_doctor")

    assert "warning: " in ended.out
    assert ended.status == 0


@pytest.mark.parametrize("fault", [{"status": 503}, {"drop": True}, {"status": 200, "body": "<html>"}])
def test_tenant_that_cannot_be_asked_is_told_with_a_next_step(tenant: Tenant, fault: dict[str, Any]) -> None:
    tenant.fault(DISCOVERY, **fault)
    ended = run("mfa_doctor")

    assert ended.status == Exit.FAILED
    assert "run it again" in ended.complaint.lower() or "AUTH0_DOMAIN" in ended.complaint


@pytest.mark.parametrize("status", [401, 403, 404])
def test_domain_that_is_no_tenant_is_told_as_that(tenant: Tenant, status: int) -> None:
    tenant.fault(DISCOVERY, status=status, body="Not here")
    ended = run("mfa_doctor")

    assert ended.status == Exit.FAILED
    assert "Check that AUTH0_DOMAIN names an Auth0 tenant" in ended.complaint


def test_what_was_found_before_the_tenant_failed_is_told(tenant: Tenant) -> None:
    tenant.fault("GET /api/v2/guardian/factors", status=503, times=3)
    ended = run("mfa_doctor", "--json")

    assert ended.status == Exit.FAILED
    assert ended.json["code"] == "out-of-order"
    assert list(states(ended))[-1] == "my-account.grant"


def test_step_tells_what_pages_need_from_what_the_doctor_alone_reads(tenant: Tenant) -> None:
    management_scopes(tenant, "read:users")
    seen = found(run("mfa_doctor", "--json"))

    assert "for its pages" in seen["policy"][1]
    assert "nothing else needs it" in seen["my-account.api"][1]
