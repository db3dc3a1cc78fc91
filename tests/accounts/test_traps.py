"""What a return from the tenant must not do: a test for each trap of the stack, red without its guard."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.utils import timezone
from social_django.models import UserSocialAuth

from accounts.auth0.judging import UNASKED_MFA_WITHIN
from accounts.login.error_pages import LOGIN_ERROR_PAGES
from accounts.login.errors import LoginErrorCode
from accounts.step_up.assurance import SESSION_KEY
from mfaproject.users.models import User
from tests.accounts.conftest import PersonMaker
from tests.accounts.steps import (
    GATED,
    asked,
    assert_closed,
    assert_open,
    begin_step_up,
    cut_out,
)
from tests.support.clock import Clock
from tests.support.person import Person
from tests.support.tenant import Tenant
from tests.support.users import user_of


@pytest.fixture(autouse=True)
def _site(gated_site: None) -> None:
    """Every test here wants the gated views."""


def test_step_up_replaces_session_key_and_csrf_token(tess: Person) -> None:
    callback = tess.to_callback(begin_step_up(tess))
    session, token = tess.client.session.session_key, tess.client.cookies[_csrf(tess)].value
    tess.client.get(callback)
    assert tess.client.session.session_key != session
    assert tess.client.cookies[_csrf(tess)].value != token
    old = Client(headers={"host": "localhost:8000"})
    old.cookies[_session(tess)] = str(session)
    assert old.get(GATED)["Location"].startswith("/sign-in/")


def _csrf(somebody: Person) -> str:
    return next(name for name in somebody.client.cookies if "csrf" in name)


def _session(somebody: Person) -> str:
    return next(name for name in somebody.client.cookies if "session" in name)


def test_step_up_that_proves_nothing_new_keeps_the_session_key(tenant: Tenant, tess: Person) -> None:
    callback = tess.to_callback(begin_step_up(tess))
    tenant.token_fault(drop=["amr", "acr", "auth_time"])
    key = tess.client.session.session_key
    callback = tess.to_callback(begin_step_up(tess))
    tess.client.get(callback)
    assert tess.client.session.session_key == key


@pytest.mark.parametrize(
    "fault",
    [
        {"drop": ["amr"]},
        {"drop": ["amr", "acr"]},
        {"set": {"amr": ["pwd"]}},
        {"set": {"amr": "mfa"}},
        {"set": {"acr": "urn:weaker"}},
    ],
)
def test_return_without_mfa_opens_nothing_and_explains(
    tenant: Tenant, tess: Person, fault: dict[str, object]
) -> None:
    leaving = begin_step_up(tess)
    tenant.token_fault(**fault)
    response = tess.come_back(leaving)
    assert urlsplit(response["Location"]).path == "/step-up/"
    assert "without a second factor" in tess.client.get(response["Location"]).content.decode()
    assert_closed(tess)
    assert tess.step_up(GATED)["Location"] == GATED
    assert_open(tess)


def test_return_where_the_tenant_asks_nobody_opens_nothing(tenant: Tenant, tess: Person) -> None:
    tenant.bind()
    response = tess.step_up(GATED)
    assert urlsplit(response["Location"]).path == "/step-up/"
    assert_closed(tess)


def test_return_with_the_parameter_cut_out_of_the_url_opens_nothing(tess: Person) -> None:
    leaving = begin_step_up(tess)
    cut_out("acr_values", leaving)
    assert urlsplit(tess.come_back(leaving)["Location"]).path == "/step-up/"
    assert_closed(tess)


def test_fresh_login_with_the_parameter_cut_out_of_the_url_opens_nothing(tess: Person, elapse: Clock) -> None:
    elapse(700)
    assert_closed(tess, "/test/login/")
    leaving = begin_step_up(tess, "/test/login/")
    cut_out("max_age", leaving)
    response = tess.come_back(leaving)
    assert urlsplit(response["Location"]).path == "/step-up/"
    assert "without signing in afresh" in tess.client.get(response["Location"]).content.decode()
    assert_closed(tess, "/test/login/")


def test_fresh_login_with_an_older_auth_time_is_refused(tenant: Tenant, tess: Person, elapse: Clock) -> None:
    elapse(700)
    assert_closed(tess, "/test/login/")
    leaving = begin_step_up(tess, "/test/login/")
    tenant.token_fault(set={"auth_time": int(timezone.now().timestamp()) - 30})
    response = tess.come_back(leaving)
    assert response.status_code == 403
    assert str(LOGIN_ERROR_PAGES[LoginErrorCode.LOGIN_NOT_FRESH].heading) in response.content.decode()
    assert_closed(tess, "/test/login/")


def test_weaker_and_older_proof_never_replaces_better(tenant: Tenant, tess: Person) -> None:
    tess.step_up(GATED)
    better = tess.client.session[SESSION_KEY]
    long_ago = int((timezone.now() - timedelta(minutes=8)).timestamp())
    tenant.token_fault(drop=["amr", "acr", "auth_time"])
    tess.come_back(begin_step_up(tess))
    assert tess.client.session[SESSION_KEY]["mfa_at"] == better["mfa_at"]
    tenant.token_fault(set={"iat": long_ago})
    tess.come_back(begin_step_up(tess))
    kept = tess.client.session[SESSION_KEY]
    assert (kept["mfa_at"], kept["methods"]) == (better["mfa_at"], better["methods"])
    assert_open(tess)


@pytest.mark.parametrize("way", ["step_up", "sign_in"])
@pytest.mark.parametrize("is_known", [True, False])
def test_another_account_on_return_is_refused_and_nothing_is_linked(
    person: PersonMaker, tess: Person, way: str, is_known: bool
) -> None:
    if is_known:
        person("ada").sign_in()
    people, links = User.objects.count(), UserSocialAuth.objects.count()
    before = tess.client.session[SESSION_KEY]
    leaving = (
        begin_step_up(tess) if way == "step_up" else tess.client.post("/auth/login/auth0/", {"next": GATED})
    )
    ada = person("ada")
    ada.client = tess.client
    response = ada.come_back(leaving)
    assert response.status_code == 409
    assert str(LOGIN_ERROR_PAGES[LoginErrorCode.WRONG_ACCOUNT].heading) in response.content.decode()
    assert (User.objects.count(), UserSocialAuth.objects.count()) == (people, links)
    assert tess.client.session["_auth_user_id"] == str(user_of(tess.account.sub).pk)
    assert tess.client.session[SESSION_KEY] == before
    assert_closed(tess)


def test_another_account_may_be_corrected_by_signing_in_afresh(person: PersonMaker, tess: Person) -> None:
    tess.client.get(GATED)
    ada = person("ada")
    ada.client = tess.client
    refused = ada.come_back(begin_step_up(tess))
    again = ada.submit(refused, to_path="/step-up/")
    assert asked(again)["prompt"] == "login"
    assert tess.come_back(again)["Location"] == GATED


def test_step_up_begun_by_somebody_who_left_does_not_help_who_comes_next(
    person: PersonMaker, tess: Person
) -> None:
    callback = tess.to_callback(begin_step_up(tess))
    tess.client.post("/logout/")
    nia = person("nia")
    nia.client = tess.client
    nia.sign_in()
    assert tess.client.get(callback).status_code == 400
    assert_closed(nia)


@pytest.mark.parametrize("is_known", [True, False])
def test_step_up_begun_by_somebody_who_is_gone_lets_nobody_else_in(
    person: PersonMaker, tess: Person, is_known: bool
) -> None:
    """The session of a deactivated or deleted person stays; it is nobody's, with a trip of theirs in it."""
    if is_known:
        person("ada").sign_in()
    leaving = begin_step_up(tess)
    User.objects.filter(social_auth__uid=tess.account.sub).update(is_active=False)
    before = dict(tess.client.session)
    ada = person("ada")
    ada.client = tess.client
    response = ada.come_back(leaving)
    assert response.status_code == 409
    assert str(LOGIN_ERROR_PAGES[LoginErrorCode.WRONG_ACCOUNT].heading) in response.content.decode()
    assert tess.client.session.get("_auth_user_id") == before["_auth_user_id"]
    assert UserSocialAuth.objects.filter(uid=ada.account.sub).exists() is is_known


def test_remembered_browser_is_asked_all_the_same(tenant: Tenant, person: PersonMaker, elapse: Clock) -> None:
    tenant.set_settings(policies=["all-applications"])
    tess = person("tess")
    tess.sign_in(remember=True)
    assert_open(tess)
    elapse(1000)
    assert_closed(tess)
    tess.step_up(GATED)
    assert any(page.path.startswith("/u/mfa/challenge") for page in tess.walks[-1].pages)
    assert_open(tess)


def test_record_of_somebody_else_in_the_session_counts_for_nothing(tess: Person) -> None:
    tess.step_up(GATED)
    session = tess.client.session
    session[SESSION_KEY] = {**session[SESSION_KEY], "user": "0"}
    session.save()
    assert_closed(tess)


@pytest.mark.parametrize("stored", [None, "nonsense", {}, {"subject": "x"}, {"mfa_at": 1}, [1]])
def test_record_that_cannot_be_read_is_no_record(tess: Person, stored: object) -> None:
    session = tess.client.session
    session[SESSION_KEY] = stored
    session.save()
    assert_closed(tess)


def test_second_factor_of_an_older_session_repeated_at_a_sign_in_opens_nothing(
    tenant: Tenant, person: PersonMaker
) -> None:
    """Other OpenID providers repeat `amr` in each token of a session."""
    now = int(timezone.now().timestamp())
    tenant.token_fault(set={"amr": ["mfa"], "auth_time": now - UNASKED_MFA_WITHIN.seconds - 60})
    tess = person("tess")
    tess.sign_in()
    assert_closed(tess)


def test_second_factor_passed_right_after_the_first_at_a_sign_in_opens(
    tenant: Tenant, person: PersonMaker
) -> None:
    now = int(timezone.now().timestamp())
    tenant.token_fault(set={"amr": ["mfa"], "auth_time": now - UNASKED_MFA_WITHIN.seconds + 60})
    tess = person("tess")
    tess.sign_in()
    assert_open(tess)
