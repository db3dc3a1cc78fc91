"""What `mfa_doctor` says of the application, the My Account API and the factors of the local tenant."""

import json

import pytest
from pytest_django import Settings

from tests.enrollment.console import run
from tests.enrollment.doctoring import SITE, found, grant, my_account_scopes, states, switch_on_only
from tests.support.tenant import Tenant

API = "GET /api/v2/resource-servers/*"


@pytest.fixture(autouse=True)
def site(settings: Settings) -> None:
    """The address that the tenant's seed allows."""
    settings.SITE_URL = SITE


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


@pytest.mark.parametrize(("key", "state"), [("", "problem"), ("a key", "ok")])
def test_application_that_proves_itself_by_a_key_wants_the_sites(
    tenant: Tenant, settings: Settings, key: str, state: str
) -> None:
    client_id = tenant.clients["web"]["client_id"]
    method = {"token_endpoint_auth_method": "private_key_jwt", "public_keys": ["its public half"]}
    grant(tenant, client_id=client_id, **method)
    settings.AUTH0_CLIENT_ASSERTION_KEY = key

    assert states(run("mfa_doctor", "--json"))["application.authentication"] == state


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


@pytest.mark.parametrize(
    ("allowed", "state"),
    [
        ("http://*.example:8000", "ok"),
        ("http://*:8000", "problem"),
        ("https://*.example:8000", "problem"),
    ],
)
def test_star_in_an_allowed_address_stands_for_one_part_of_the_host(
    tenant: Tenant, settings: Settings, allowed: str, state: str
) -> None:
    settings.SITE_URL = "http://site.example:8000"
    client_id = tenant.clients["web"]["client_id"]
    grant(
        tenant,
        client_id=client_id,
        callbacks=[f"{allowed}/auth/complete/auth0/"],
        allowed_logout_urls=[f"{allowed}/"],
    )

    assert states(run("mfa_doctor", "--json"))["application.urls"] == state


def test_application_that_the_tenant_does_not_know_is_a_problem(tenant: Tenant, settings: Settings) -> None:
    settings.AUTH0_CLIENT_ID = "nobody"
    ended = run("mfa_doctor", "--json")
    state, step = found(ended)["application.registered"]

    assert (state, "AUTH0_CLIENT_ID" in step) == ("problem", True)
    assert states(ended)["factors.independent"] == "ok"


@pytest.mark.parametrize(("policy", "state"), [("allow_all", "ok"), ("deny_all", "problem")])
def test_grant_is_judged_by_whom_the_api_lets_in(tenant: Tenant, policy: str, state: str) -> None:
    my_account_scopes(tenant)
    body = {"id": "1", "subject_type_authorization": {"user": {"policy": policy}}}
    tenant.fault(API, status=200, body=json.dumps(body), headers={"Content-Type": "application/json"})

    assert states(run("mfa_doctor", "--json"))["my-account.grant"] == state


LOGOUT = "application.backchannel-logout"
BACKCHANNEL = f"{SITE}/auth/backchannel-logout/"


@pytest.mark.parametrize(
    ("urls", "initiators", "state"),
    [
        ([], ["all"], "warning"),
        (["https://another.example/auth/backchannel-logout/"], ["all"], "warning"),
        ([BACKCHANNEL], ["rp-logout", "idp-logout"], "warning"),
        ([BACKCHANNEL], ["all"], "ok"),
    ],
)
def test_tenant_that_does_not_tell_of_ended_sessions_is_a_warning(
    tenant: Tenant, urls: list[str], initiators: list[str], state: str
) -> None:
    client_id = tenant.clients["web"]["client_id"]
    chosen = {"backchannel_logout_urls": urls, "backchannel_logout_initiators": initiators}
    grant(tenant, client_id=client_id, **chosen)
    found_state, step = found(run("mfa_doctor", "--json"))[LOGOUT]

    assert found_state == state
    assert bool(step) == (state == "warning")


def test_plan_without_backchannel_logout_has_nothing_to_set_up(tenant: Tenant) -> None:
    tenant.fault(
        "GET /.well-known/openid-configuration", change={"backchannel_logout_supported": False}, times=9
    )
    assert states(run("mfa_doctor", "--json"))[LOGOUT] == "ok"
