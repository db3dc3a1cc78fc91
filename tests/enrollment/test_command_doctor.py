"""`mfa_doctor` against the local tenant: well, and ill in each way that it can see."""

from typing import Any

import pytest
from pytest_django import Settings

from enrollment.doctor import NEEDED_SCOPES
from enrollment.management.problems import Exit
from tests.enrollment.console import Run, run
from tests.support.tenant import Tenant

DISCOVERY = "GET /.well-known/openid-configuration"
SITE = "http://localhost:8000"
MANAGEMENT = "management"
NAMES = (
    *("push-notification", "sms", "email", "otp", "recovery-code"),
    *("webauthn-roaming", "webauthn-platform"),
)


@pytest.fixture(autouse=True)
def site(settings: Settings) -> None:
    """The address that the tenant's seed allows."""
    settings.SITE_URL = SITE


def found(ended: Run) -> dict[str, tuple[str, str]]:
    """State and next step, by id."""
    return {each["id"]: (each["state"], each["next_step"]) for each in ended.json["findings"]}


def states(ended: Run) -> dict[str, str]:
    return {name: state for name, (state, _step) in found(ended).items()}


def grant(tenant: Tenant, **audiences: Any) -> None:
    """Change what a client may ask for."""
    tenant.control("clients", [audiences])


def switch_on_only(tenant: Tenant, name: str, **settings: Any) -> None:
    tenant.set_settings(factors={each: each == name for each in NAMES}, **settings)


def management_scopes(tenant: Tenant, *scopes: str) -> None:
    client_id = tenant.clients[MANAGEMENT]["client_id"]
    grant(tenant, client_id=client_id, grants={f"{tenant.base_url}/api/v2/": list(scopes)})


def my_account_scopes(tenant: Tenant, *scopes: str) -> None:
    client_id = tenant.clients["web"]["client_id"]
    grant(tenant, client_id=client_id, user_grants={f"{tenant.base_url}/me/": list(scopes)})


def test_tenant_that_is_well_has_no_problem_and_says_what_could_not_be_seen(tenant: Tenant) -> None:
    ended = run("mfa_doctor", "--json")

    assert ended.status == 0
    assert ended.json["problems"] == 0
    assert {name for name, state in states(ended).items() if state != "ok"} == {"step-up.action"}
    assert len(states(ended)) == 12


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


def test_log_is_open_by_either_of_its_scopes(tenant: Tenant) -> None:
    management_scopes(tenant, *(each for each in NEEDED_SCOPES if each != "read:logs_users"), "read:logs")

    assert states(run("mfa_doctor", "--json"))["management.scopes"] == "ok"


def test_needed_scopes_are_enough_and_the_rest_is_not_checked(tenant: Tenant) -> None:
    management_scopes(tenant, *NEEDED_SCOPES)
    ended = run("mfa_doctor", "--json")

    assert ended.status == 0
    unseen = {name for name, state in states(ended).items() if state == "not-checked"}
    assert unseen == {
        "application.urls",
        "application.authentication",
        "my-account.api",
        "my-account.grant",
        "step-up.action",
    }


def test_grant_that_was_changed_a_moment_ago_is_seen(tenant: Tenant) -> None:
    run("mfa_doctor")
    management_scopes(tenant, "read:users")

    assert states(run("mfa_doctor", "--json"))["management.scopes"] == "problem"


def test_site_that_is_not_allowed_is_a_problem_with_its_addresses(tenant: Tenant, settings: Settings) -> None:
    settings.SITE_URL = "https://site.example"
    state, step = found(run("mfa_doctor", "--json"))["application.urls"]

    assert state == "problem"
    assert "https://site.example/auth/complete/auth0/" in step


def test_site_without_an_address_is_not_checked(tenant: Tenant, settings: Settings) -> None:
    settings.SITE_URL = ""
    state, step = found(run("mfa_doctor", "--json"))["application.urls"]

    assert (state, "SITE_URL" in step) == ("not-checked", True)


def test_other_way_to_send_the_secret_is_a_problem(tenant: Tenant) -> None:
    client_id = tenant.clients["web"]["client_id"]
    grant(tenant, client_id=client_id, token_endpoint_auth_method="client_secret_basic")

    assert states(run("mfa_doctor", "--json"))["application.authentication"] == "problem"


def test_my_account_api_that_is_not_activated_is_a_problem(tenant: Tenant) -> None:
    tenant.set_settings(my_account_active=False)

    assert states(run("mfa_doctor", "--json"))["my-account.api"] == "problem"


def test_grant_without_the_scope_is_a_problem(tenant: Tenant) -> None:
    my_account_scopes(tenant, "read:me:factors")
    state, step = found(run("mfa_doctor", "--json"))["my-account.grant"]

    assert state == "problem"
    assert "create:me:authentication_methods" in step


def test_grant_spelt_with_hyphens_is_told_as_that_mistake(tenant: Tenant) -> None:
    my_account_scopes(tenant, "create:me:authentication-methods")
    state, step = found(run("mfa_doctor", "--json"))["my-account.grant"]

    assert (state, "underscores" in step) == ("problem", True)


def test_factors_that_are_off_are_a_problem_or_a_warning(tenant: Tenant) -> None:
    switch_on_only(tenant, "otp")
    seen = states(run("mfa_doctor", "--json"))
    assert seen["factors.independent"] == "ok"
    assert seen["factors.phishing-resistant"] == seen["factors.recovery-code"] == "warning"

    switch_on_only(tenant, "email", policies=["all-applications"])
    seen = states(run("mfa_doctor", "--json"))
    assert seen["factors.independent"] == seen["policy"] == "problem"


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
