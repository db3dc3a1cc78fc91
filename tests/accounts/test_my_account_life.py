"""The person's My Account token: how long it is kept, and what ends it."""

from datetime import timedelta

import pytest
from django.http import HttpRequest
from django.test import RequestFactory
from django.utils import timezone
from pytest_django import Settings

from accounts.auth0.grants import MyAccountGrant
from accounts.step_up.my_account import SESSION_KEY, drop_token, get_token, store_token
from tests.accounts.steps import GATED as WITHOUT_TOKEN
from tests.accounts.steps import assert_closed, assert_open
from tests.accounts.tokens import CREATE, GRANTED, ask_for_token, kept, stepped_up
from tests.support.clock import Clock
from tests.support.person import Person
from tests.support.tenant import Tenant
from tests.support.users import unsaved_user


@pytest.fixture(autouse=True)
def _site(gated_site: None) -> None:
    """Every test here wants the gated views."""


def test_token_ends_with_the_window_and_not_later(tess: Person, elapse: Clock) -> None:
    stepped_up(tess)
    elapse(880)
    assert_open(tess, GRANTED)
    elapse(30)
    assert_closed(tess, GRANTED)


def test_token_fetched_later_ends_with_the_window_of_its_proof(tess: Person, elapse: Clock) -> None:
    tess.step_up(WITHOUT_TOKEN)
    elapse(400)
    stepped_up(tess)
    elapse(510)
    assert_closed(tess, GRANTED)
    assert kept(tess) == {}


def test_token_that_lives_shorter_than_the_window_ends_by_itself(rf: RequestFactory) -> None:
    request = request_of(rf, "auth0|a")
    store_token(request, "t", timezone.now() + timedelta(seconds=60), CREATE)
    assert get_token(request) == "t"
    store_token(request, "t", timezone.now() + timedelta(seconds=4), CREATE)
    assert get_token(request) is None
    assert SESSION_KEY not in request.session


def test_token_is_never_kept_beyond_the_sites_window(
    rf: RequestFactory, settings: Settings, elapse: Clock
) -> None:
    settings.STEP_UP_MAX_AGE = 60
    request = request_of(rf, "auth0|a")
    store_token(request, "t", timezone.now() + timedelta(days=1), CREATE)
    elapse.here(61)
    assert get_token(request) is None


def test_token_is_gone_at_logout(tess: Person) -> None:
    stepped_up(tess)
    tess.client.post("/logout/")
    assert SESSION_KEY not in tess.client.session


def test_token_of_another_account_is_dropped(rf: RequestFactory) -> None:
    request = request_of(rf, "auth0|a")
    store_token(request, "t", timezone.now() + timedelta(minutes=5), CREATE)
    request.user = unsaved_user("auth0|b")
    assert get_token(request) is None
    assert SESSION_KEY not in request.session


def test_token_is_the_endpoints_own_whatever_the_claims_say(tess: Person, tenant: Tenant) -> None:
    """An Action may add any claim, and the library merges claims over the token endpoint's answer."""
    stepped_up(tess)
    assert kept(tess)["scopes"]
    tess.client.post("/logout/")
    tess.sign_in()
    callback = tess.to_callback(ask_for_token(tess))
    tenant.token_fault(set={"access_token": "theirs", "scope": f"{CREATE} all", "expires_in": 10**9})
    tess.client.get(callback)
    assert kept(tess)["token"] != "theirs"
    assert "all" not in kept(tess)["scopes"]


def test_token_is_dropped_when_told_and_when_the_seal_is_broken(rf: RequestFactory) -> None:
    request = request_of(rf, "auth0|a")
    store_token(request, "t", timezone.now() + timedelta(minutes=5), CREATE)
    request.session[SESSION_KEY] = request.session[SESSION_KEY][:-4] + "AAAA"
    assert get_token(request) is None
    store_token(request, "t", timezone.now() + timedelta(minutes=5), CREATE)
    drop_token(request)
    assert get_token(request) is None


def test_token_without_the_scope_is_none_and_stays_for_those_it_has(rf: RequestFactory) -> None:
    request = request_of(rf, "auth0|a")
    store_token(request, "t", timezone.now() + timedelta(minutes=5), CREATE)
    assert get_token(request, MyAccountGrant((CREATE, "read:me:factors"))) is None
    assert get_token(request) == "t"


def request_of(rf: RequestFactory, sub: str) -> HttpRequest:
    request = rf.get("/")
    request.session = {}  # type: ignore[assignment]  # what a session does here, a dict does
    request.user = unsaved_user(sub)
    return request
