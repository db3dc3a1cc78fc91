"""Stepping up: what is asked, what opens, and for how long."""

from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.auth0.claims import PAPE_MFA
from accounts.step_up.assurance import SESSION_KEY
from tests.accounts.steps import (
    GATED,
    asked,
    assert_closed,
    assert_open,
    begin_step_up,
)
from tests.support.clock import Clock
from tests.support.person import Person
from tests.support.tenant import Tenant


@pytest.fixture(autouse=True)
def _site(gated_site: None) -> None:
    """Every test here wants the gated views."""


def test_gated_page_resumes_after_a_step_up_with_its_query(tess: Person) -> None:
    response = tess.client.get(GATED)
    assert parse_qs(urlsplit(response["Location"]).query) == {"next": [GATED]}
    assert tess.step_up(GATED)["Location"] == GATED
    assert_open(tess)


def test_step_up_page_says_why_what_and_for_how_long(tess: Person, settings: Settings) -> None:
    settings.STEP_UP_MAX_AGE = 420
    tess.client.get(GATED)
    html = unescape(tess.client.get("/step-up/", {"next": GATED}).content.decode())
    assert "asks for your second factor" in html
    assert "Confirm with your second factor" in html
    assert "7 minutes" in html
    assert "Sign in again" not in html


def test_step_up_page_by_get_begins_nothing(tenant: Tenant, tess: Person) -> None:
    tenant.exchanges()
    before = {key for key, _ in tess.client.session.items() if "oauth2" in key}
    assert tess.client.get("/step-up/", {"next": GATED}).status_code == 200
    assert {key for key, _ in tess.client.session.items() if "oauth2" in key} == before
    assert tenant.exchanges() == []


def test_step_up_asks_for_the_second_factor_alone(tess: Person) -> None:
    parameters = asked(begin_step_up(tess))
    assert parameters["acr_values"] == PAPE_MFA
    assert parameters["login_hint"] == "tess@example.test"
    assert "max_age" not in parameters
    assert "prompt" not in parameters


def test_step_up_for_a_fresh_login_asks_for_the_password_alone(tess: Person, elapse: Clock) -> None:
    elapse(700)
    assert_closed(tess, "/test/login/")
    leaving = begin_step_up(tess, "/test/login/")
    assert asked(leaving)["max_age"] == "0"
    assert "acr_values" not in asked(leaving)
    assert tess.come_back(leaving)["Location"] == "/test/login/"
    assert [page.path for page in tess.walks[-1].pages] == ["/u/login"]
    assert_open(tess, "/test/login/")


def test_sign_in_is_a_fresh_login_as_long_as_the_window_lasts(tess: Person, elapse: Clock) -> None:
    assert_open(tess, "/test/login/")
    elapse(601)
    assert_closed(tess, "/test/login/")


def test_proof_ends_with_the_window(tess: Person, elapse: Clock) -> None:
    tess.step_up(GATED)
    elapse(895)
    assert_open(tess)
    elapse(10)
    assert_closed(tess)


def test_proof_of_fifteen_minutes_is_too_old_for_a_shorter_window(tess: Person, elapse: Clock) -> None:
    tess.step_up(GATED)
    elapse(130)
    assert_open(tess)
    assert_closed(tess, "/test/two-minutes/")


def test_step_up_with_a_good_proof_goes_on_at_once(tess: Person) -> None:
    tess.step_up(GATED)
    assert tess.client.get("/step-up/", {"next": GATED})["Location"] == GATED


def test_cancelled_step_up_keeps_the_session_and_explains(tess: Person) -> None:
    tess.client.get(GATED)
    response = tess.step_up(GATED, cancel="mfa")
    html = response.content.decode()
    assert response.status_code == 403
    assert "It was not confirmed that it is you" in html
    assert "You are still signed in" in html
    assert "If you meant to sign in" not in html
    assert_closed(tess)
    again = tess.submit(response, to_path="/step-up/")
    assert tess.come_back(again)["Location"] == GATED


def test_step_up_makes_one_call(tenant: Tenant, tess: Person) -> None:
    callback = tess.to_callback(begin_step_up(tess))
    tenant.exchanges()
    tess.client.get(callback)
    assert [call["path"] for call in tenant.exchanges()] == ["/oauth/token"]


def test_step_up_goes_to_local_pages_alone(tess: Person) -> None:
    response = tess.come_back(begin_step_up(tess, "https://evil.test/"))
    assert response["Location"] == "/account/security/"


def test_step_up_without_signing_in_asks_to_sign_in(client: Client, db: None) -> None:
    assert client.get("/step-up/")["Location"].startswith("/sign-in/")
    assert client.post("/step-up/")["Location"].startswith("/sign-in/")


def test_step_up_begins_from_this_site_alone(tess: Person) -> None:
    tess.client.handler.enforce_csrf_checks = True
    assert begin_step_up(tess).status_code == 403


def test_session_record_holds_the_tenants_session_id(tess: Person) -> None:
    tess.step_up(GATED)
    assert tess.client.session[SESSION_KEY]["session_id"]
