"""The way back from the tenant under attack: planted codes and states, replays, races, trips without end."""

import json
import secrets
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from accounts.step_up.assurance import SESSION_KEY
from tests.accounts.conftest import PersonMaker
from tests.accounts.steps import assert_nobody_came_in, begin_sign_in, cut_out, state_of
from tests.support.tenant import Tenant

CALLBACK = "/auth/complete/auth0/"


def _browser() -> Client:
    return Client(headers={"host": "localhost:8000"})


def _code(callback: str) -> str:
    return dict(parse_qsl(urlsplit(callback).query))["code"]


def test_attackers_callback_in_a_victims_browser_signs_nobody_in(person: PersonMaker) -> None:
    mallory, victim = person("nia"), _browser()
    assert victim.get(mallory.to_callback(begin_sign_in(mallory))).status_code == 400
    assert "_auth_user_id" not in victim.session


def test_attackers_code_under_the_victims_state_signs_nobody_in(person: PersonMaker) -> None:
    mallory, victim = person("nia"), person("gus")
    code = _code(mallory.to_callback(begin_sign_in(mallory)))
    answer = victim.client.get(CALLBACK, {"code": code, "state": state_of(begin_sign_in(victim))})
    assert answer.status_code == 400
    assert_nobody_came_in(victim)


def test_attackers_token_under_the_victims_state_signs_nobody_in(tenant: Tenant, person: PersonMaker) -> None:
    """As if codes were not tied to a browser by PKCE: the nonce alone has to notice."""
    mallory, victim = person("nia"), person("gus")
    mallory.come_back(begin_sign_in(mallory))
    answered = tenant.exchanges("/oauth/token")[-1]["response_body"]
    body = answered if isinstance(answered, str) else json.dumps(answered)
    tenant.fault("POST /oauth/token", status=200, body=body, times=1)
    state = state_of(begin_sign_in(victim))
    assert victim.client.get(CALLBACK, {"code": "any", "state": state}).status_code == 400
    assert_nobody_came_in(victim)


def test_code_of_one_tab_does_not_count_under_the_state_of_another(person: PersonMaker) -> None:
    nia = person("nia")
    one, two = begin_sign_in(nia), begin_sign_in(nia)
    code = _code(nia.to_callback(one))
    assert nia.client.get(CALLBACK, {"code": code, "state": state_of(two)}).status_code == 400
    assert_nobody_came_in(nia)


def test_state_named_twice_or_otherwise_is_no_way_around(person: PersonMaker) -> None:
    mallory, victim = person("nia"), person("gus")
    callback, state = mallory.to_callback(begin_sign_in(mallory)), state_of(begin_sign_in(victim))
    for query in (f"&state={state}", f"&redirect_state={state}", f"&partial_token={state}"):
        assert victim.client.get(f"{callback}{query}").status_code == 400
        assert_nobody_came_in(victim)


def test_callback_that_arrives_twice_at_once_counts_once(person: PersonMaker) -> None:
    """Both requests read the session before either has written it."""
    nia, twin = person("nia"), _browser()
    callback = nia.to_callback(begin_sign_in(nia))
    before = Session.objects.get()
    twin.cookies.update(nia.client.cookies)
    assert nia.client.get(callback).status_code == 302
    before.save(force_insert=True)
    assert twin.get(callback).status_code == 400
    assert "_auth_user_id" not in twin.session


def test_trips_begun_without_end_take_no_more_room_and_the_last_ones_still_end(person: PersonMaker) -> None:
    nia, sizes = person("nia"), []
    for _ in range(20):
        leaving = nia.client.post("/auth/login/auth0/", {"next": f"/{secrets.token_hex(900)}"})
        sizes.append(sum(len(session.session_data) for session in Session.objects.all()))
    assert max(sizes[10:]) < sizes[9] * 1.1
    assert nia.come_back(leaving).status_code == 302


@pytest.mark.parametrize("parameter", ["nonce", "code_challenge", "scope"])
def test_sign_in_with_a_protection_cut_out_of_the_url_lets_nobody_in(
    person: PersonMaker, parameter: str
) -> None:
    nia = person("nia")
    leaving = begin_sign_in(nia)
    cut_out(parameter, leaving)
    assert nia.come_back(leaving).context["explanation"]
    assert_nobody_came_in(nia)


def test_sign_in_with_max_age_cut_out_of_the_url_is_no_fresh_one(person: PersonMaker) -> None:
    nia = person("nia")
    leaving = begin_sign_in(nia)
    cut_out("max_age", leaving)
    nia.come_back(leaving)
    assert nia.client.session[SESSION_KEY]["login_at"] is None


def test_planted_session_is_no_way_in_after_its_victim_signs_in(person: PersonMaker) -> None:
    """The attacker keeps a copy of the cookie that the victim's browser was given (session fixation)."""
    victim, mallory = person("nia"), _browser()
    mallory.post("/auth/login/auth0/")
    victim.client.cookies.update(mallory.cookies)
    victim.sign_in()
    assert "_auth_user_id" in victim.client.session
    assert mallory.get("/account/security/")["Location"].startswith("/sign-in/")
