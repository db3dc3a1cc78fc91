"""Somebody whose passkey is all they have besides a password: changes of the account ask for the passkey."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from pytest_django import Settings

from accounts import conf
from accounts.auth0.claims import PAPE_PHISHING_RESISTANT
from accounts.step_up.assurance import SESSION_KEY
from enrollment.models.locks import current_lock
from tests.accounts.steps import asked
from tests.enrollment.adding import Adder, add
from tests.enrollment.alarms import alarm, user_of
from tests.enrollment.reading import SECURITY, text_of
from tests.support.actions import STEP_UP, install_actions
from tests.support.clock import Clock
from tests.support.passkeys import seeded_key
from tests.support.person import Person
from tests.support.softauthn import SoftAuthenticator
from tests.support.tenant import Tenant

People = Callable[..., Person]
PASSKEY = f"{SECURITY}passkey%7Cdev_pat_passkey/"
RENAME, REMOVE = f"{PASSKEY}rename/", f"{PASSKEY}remove/"


@pytest.fixture
def passkey(tenant: Tenant) -> SoftAuthenticator:
    return seeded_key(tenant)


@pytest.fixture
def pat(person: People) -> Person:
    """Signed in with the password a moment ago."""
    pat = person("pat")
    pat.sign_in()
    return pat


def is_asked(who: Person, path: str) -> bool:
    """Whether the page leads to a step-up that has them sign in with the passkey."""
    answer = who.client.get(path)
    if answer.status_code != 302 or urlsplit(answer["Location"]).path != "/step-up/":
        return False
    parameters = asked(who.client.post("/step-up/", {"next": path}))
    return (parameters.get("acr_values"), parameters.get("max_age")) == (PAPE_PHISHING_RESISTANT, "0")


def names(who: Person) -> list[Any]:
    return [method["name"] for method in who.tenant.user(who.account)["methods"]]


@pytest.mark.parametrize("path", [RENAME, REMOVE, add("totp"), add("phone"), add("webauthn-roaming")])
def test_password_of_this_minute_is_not_enough(pat: Person, path: str) -> None:
    assert is_asked(pat, path)


def test_password_alone_changes_nothing_by_a_post_either(pat: Person) -> None:
    pat.client.post(RENAME, {"name": "Mine"})
    pat.client.post(REMOVE)
    assert names(pat) == ["Passkey"]


def test_passkey_lets_its_owner_change_the_account(pat: Person, passkey: SoftAuthenticator) -> None:
    assert is_asked(pat, RENAME)
    assert pat.step_up(RENAME, passkey=passkey)["Location"] == RENAME
    pat.submit(pat.client.get(RENAME), name="Desk")
    assert names(pat) == ["Desk"]


def test_passkey_lets_its_owner_add_a_second_factor_and_its_spare(
    pat: Person, passkey: SoftAuthenticator, elapse: Clock
) -> None:
    assert is_asked(pat, add("totp"))
    pat.step_up(add("totp"), passkey=passkey)
    app = Adder(pat, "totp")
    assert app.open().status_code == 200
    assert "is on your account" in text_of(app.add())
    elapse(60)  # the tenant's limit of writes
    trips = len(pat.walks)
    assert "is on your account" in text_of(Adder(pat, "phone").add())
    assert len(pat.walks) == trips


def test_sign_in_with_the_passkey_is_proof_enough(person: People, passkey: SoftAuthenticator) -> None:
    pat = person("pat")
    pat.sign_in(passkey=passkey)
    assert pat.client.get(RENAME).status_code == 200


def test_account_page_says_that_the_passkey_was_used(person: People, passkey: SoftAuthenticator) -> None:
    pat = person("pat")
    pat.sign_in()
    assert "Passkey or security key used" not in text_of(pat.client.get(SECURITY))
    pat.client.get(RENAME)
    pat.step_up(RENAME, passkey=passkey)
    assert "Passkey or security key used just now." in text_of(pat.client.get(SECURITY))


def test_passkey_is_asked_for_where_it_is_no_second_factor(
    pat: Person, passkey: SoftAuthenticator, settings: Settings
) -> None:
    settings.STEP_UP_PASSKEY_IS_MFA = False
    assert is_asked(pat, RENAME)
    pat.step_up(RENAME, passkey=passkey)
    assert pat.client.get(RENAME).status_code == 200


def test_tenant_that_tells_nothing_leaves_it_at_a_fresh_sign_in(
    person: People, tenant: Tenant, elapse: Clock
) -> None:
    install_actions(tenant, STEP_UP)
    tenant.bind("account-security-step-up")
    pat = person("pat")
    pat.sign_in()
    assert pat.client.get(RENAME).status_code == 200
    elapse(conf.step_up_window().total_seconds() + 1)
    assert pat.client.get(RENAME).status_code == 302
    assert pat.step_up(RENAME)["Location"] == RENAME


def test_site_that_reads_no_claim_leaves_it_at_a_fresh_sign_in(pat: Person, settings: Settings) -> None:
    settings.AUTH0_METHODS_CLAIM = ""
    assert pat.client.get(RENAME).status_code == 200


def test_session_of_an_earlier_version_learns_at_its_next_sign_in(
    pat: Person, passkey: SoftAuthenticator, elapse: Clock
) -> None:
    session = pat.client.session
    session[SESSION_KEY] = {**session[SESSION_KEY], "is_told": False}
    session.save()
    assert pat.client.get(RENAME).status_code == 200
    elapse(conf.step_up_window().total_seconds() + 1)
    pat.client.get(RENAME)
    pat.step_up(RENAME)
    assert is_asked(pat, RENAME)
    assert pat.step_up(RENAME, passkey=passkey)["Location"] == RENAME


def test_passkey_added_here_is_asked_for_before_the_next_change_and_not_before_a_spare(
    person: People, elapse: Clock
) -> None:
    nia = person("nia")
    Adder(nia, "passkey").add()
    (method,) = nia.tenant.user(nia.account)["methods"]
    rename = f"{SECURITY}{method['id'].replace('|', '%7C')}/rename/"
    assert is_asked(nia, rename)
    elapse(60)  # the tenant's limit of writes
    trips = len(nia.walks)
    assert "is on your account" in text_of(Adder(nia, "totp").add())
    assert len(nia.walks) == trips


def test_lock_is_ended_by_the_passkey_and_not_by_the_password(
    pat: Person, passkey: SoftAuthenticator, elapse: Clock
) -> None:
    alarm(pat)
    user = user_of(pat)
    elapse(30)
    pat.come_back(pat.client.post("/auth/login/auth0/", {"next": SECURITY, "afresh": "1"}))
    assert current_lock(user)
    elapse(30)
    leaving = pat.client.post("/auth/login/auth0/", {"next": SECURITY, "afresh": "1"})
    pat.come_back(leaving, passkey=passkey)
    assert current_lock(user) is None
