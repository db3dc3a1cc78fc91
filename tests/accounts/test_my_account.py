"""The person's My Account token: fetched with a step-up, and sealed."""

import logging

import httpx
import pytest
from django.contrib.sessions.models import Session
from social_django.models import UserSocialAuth

from accounts.auth0.claims import PAPE_MFA
from accounts.step_up.my_account import SESSION_KEY
from tests.accounts.conftest import PersonMaker
from tests.accounts.steps import GATED as WITHOUT_TOKEN
from tests.accounts.steps import asked, assert_closed, assert_open, begin_step_up, cut_out
from tests.accounts.tokens import CREATE, FIRST, GRANTED, ask_for_token, kept, stepped_up
from tests.support.clock import Clock
from tests.support.person import Person
from tests.support.tenant import Tenant

EXPLAINED = ("service's permission", "probably not ask you anything")


@pytest.fixture(autouse=True)
def _site(gated_site: None) -> None:
    """Every test here wants the gated views."""


@pytest.fixture
def nia(person: PersonMaker) -> Person:
    """Somebody with no second factor, signed in."""
    somebody = person("nia")
    somebody.sign_in()
    return somebody


# Getting it


def test_step_up_for_a_token_asks_for_audience_and_just_the_scope(tess: Person, tenant: Tenant) -> None:
    parameters = asked(ask_for_token(tess))

    assert parameters["audience"] == f"{tenant.base_url}/me/"
    assert parameters["scope"].split() == ["openid", "profile", "email", CREATE]
    assert parameters["acr_values"] == PAPE_MFA


def test_token_comes_with_the_proof_and_the_tenant_takes_it(tess: Person, tenant: Tenant) -> None:
    token = kept(stepped_up(tess))["token"]

    answer = httpx.post(
        f"{tenant.base_url}/me/v1/authentication-methods",
        json={"type": "recovery-code"},
        headers={"Authorization": f"Bearer {token}"},
    )
    assert answer.status_code == 202


def test_token_of_a_first_factor_comes_with_a_fresh_sign_in_alone(nia: Person, elapse: Clock) -> None:
    elapse(600)
    leaving = ask_for_token(nia, FIRST)
    assert asked(leaving)["max_age"] == "0"
    assert "acr_values" not in asked(leaving)
    nia.come_back(leaving)
    assert [page.path for page in nia.walks[-1].pages] == ["/u/login"]
    assert_open(nia, FIRST)


def test_who_has_just_signed_in_is_not_asked_again_for_the_token_alone(nia: Person) -> None:
    leaving = ask_for_token(nia, FIRST)
    assert not {"max_age", "acr_values", "prompt"} & asked(leaving).keys()
    nia.come_back(leaving)
    assert nia.walks[-1].pages == []
    assert_open(nia, FIRST)


def test_page_says_that_nothing_more_is_to_be_proved(tess: Person) -> None:
    tess.step_up(WITHOUT_TOKEN)
    html = tess.client.get(tess.client.get(GRANTED)["Location"]).content.decode()
    assert all(text.replace("'", "&#x27;") in html for text in EXPLAINED)


def test_proof_that_is_half_used_up_is_asked_for_again(tess: Person, elapse: Clock) -> None:
    tess.step_up(WITHOUT_TOKEN)
    elapse(600)
    assert asked(ask_for_token(tess))["acr_values"] == PAPE_MFA


def test_asking_afresh_asks_for_everything(tess: Person) -> None:
    stepped_up(tess)
    parameters = asked(begin_step_up(tess, GRANTED, afresh="1"))
    assert (parameters["prompt"], parameters["acr_values"]) == ("login", PAPE_MFA)


def test_script_is_told_that_the_token_is_missing(tess: Person) -> None:
    tess.step_up(WITHOUT_TOKEN)
    answer = tess.client.get(GRANTED, headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()["reason"]) == (403, "token_missing")


# Not keeping it


def test_step_up_and_sign_in_without_the_wish_keep_no_token(tess: Person) -> None:
    assert kept(tess) == {}
    tess.step_up(WITHOUT_TOKEN)
    assert kept(tess) == {}


def test_return_that_proved_too_little_keeps_no_token(tess: Person) -> None:
    leaving = ask_for_token(tess)
    cut_out("acr_values", leaving)
    assert tess.come_back(leaving)["Location"].startswith("/step-up/")
    assert kept(tess) == {}
    assert_closed(tess, GRANTED)
    # The page still knows what the place wants.
    assert asked(begin_step_up(tess, GRANTED))["scope"].endswith(CREATE)


def test_token_is_nowhere_in_plain_text(tess: Person, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        token = kept(stepped_up(tess))["token"]

    raw = [str(session.get_decoded()) for session in Session.objects.all()]
    assert any(SESSION_KEY in text for text in raw)
    assert not any(token in text or token[-40:] in text for text in (*raw, caplog.text))
    assert [row.extra_data for row in UserSocialAuth.objects.all()] == [{}]
