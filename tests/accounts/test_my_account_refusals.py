"""The person's My Account token: what the tenant may refuse, and what it asks for by itself."""

import pytest

from accounts.login.errors import LoginErrorCode
from tests.accounts.conftest import PersonMaker
from tests.accounts.steps import GATED as WITHOUT_TOKEN
from tests.accounts.steps import asked, assert_closed, assert_explained, assert_open
from tests.accounts.tokens import CREATE, FIRST, GRANTED, ask_for_token, kept, stepped_up, withdraw
from tests.support.person import Person
from tests.support.tenant import Tenant


@pytest.fixture(autouse=True)
def _site(gated_site: None) -> None:
    """Every test here wants the gated views."""


def test_application_without_a_grant_is_not_available_and_the_log_says_why(
    tess: Person, tenant: Tenant, caplog: pytest.LogCaptureFixture
) -> None:
    withdraw(tenant, granted=False)
    response = tess.come_back(ask_for_token(tess))

    assert_explained(response, LoginErrorCode.MY_ACCOUNT_UNAVAILABLE)
    assert "Try again" not in response.content.decode()
    assert "ERROR" in {record.levelname for record in caplog.records}
    assert "subject_type" in caplog.text
    assert "mfa_doctor" in caplog.text
    assert f"{tenant.base_url}/me/" in caplog.text
    assert CREATE in caplog.text
    assert_closed(tess, GRANTED)


def test_scope_that_was_not_granted_is_noticed_and_the_proof_is_kept(
    tess: Person, tenant: Tenant, caplog: pytest.LogCaptureFixture
) -> None:
    withdraw(tenant, "read:me:factors")
    response = tess.come_back(ask_for_token(tess))

    assert_explained(response, LoginErrorCode.MY_ACCOUNT_SCOPE_MISSING)
    assert CREATE in caplog.text
    assert kept(tess) == {}
    assert_open(tess, WITHOUT_TOKEN)


def test_cancelling_is_still_told_as_cancelling(tess: Person) -> None:
    response = tess.come_back(ask_for_token(tess), cancel="mfa")
    assert_explained(response, LoginErrorCode.CANCELLED)
    again = tess.submit(response, to_path="/step-up/")
    assert asked(again)["scope"].endswith(CREATE)


def test_unmet_requirements_offer_a_sign_in_with_everything(tess: Person) -> None:
    state = asked(ask_for_token(tess))["state"]
    answer = {"state": state, "error": "unmet_authentication_requirements", "error_description": "2FA"}
    response = tess.client.get("/auth/complete/auth0/", answer)

    assert_explained(response, LoginErrorCode.REQUIREMENTS_UNMET)
    assert asked(tess.submit(response, to_path="/step-up/"))["prompt"] == "login"


@pytest.mark.parametrize("error", ["invalid_scope", "invalid_target", "unauthorized_client"])
def test_other_refusals_of_such_a_trip_are_not_a_broken_sign_in(tess: Person, error: str) -> None:
    answer = {"state": asked(ask_for_token(tess))["state"], "error": error}
    assert_explained(tess.client.get("/auth/complete/auth0/", answer), LoginErrorCode.MY_ACCOUNT_UNAVAILABLE)


def test_default_policy_asks_for_the_second_factor_itself(tess: Person, tenant: Tenant) -> None:
    tenant.set_settings(default_policy=True)
    leaving = ask_for_token(tess, FIRST)
    assert "acr_values" not in asked(leaving)
    tess.come_back(leaving)

    assert any("mfa" in page.path for page in tess.walks[-1].pages)
    assert_open(tess, FIRST)
    assert_open(tess, WITHOUT_TOKEN)


def test_default_policy_satisfied_by_a_recent_proof_asks_nobody_again(tess: Person, tenant: Tenant) -> None:
    tenant.set_settings(default_policy=True)
    tess.step_up(WITHOUT_TOKEN)
    stepped_up(tess)
    assert tess.walks[-1].pages == []


def test_somebody_else_at_the_tenant_leaves_no_token(tess: Person, person: PersonMaker) -> None:
    tess.browser = person("sol").browser
    tess.account = tess.tenant["sol"]
    response = tess.come_back(ask_for_token(tess))
    assert_explained(response, LoginErrorCode.WRONG_ACCOUNT)
    assert kept(tess) == {}
