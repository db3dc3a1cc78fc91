"""Enrollments under way, looked at from a browser of the same person that has proved less."""

import json

import pytest

from enrollment.flows.change import MAX_TRIES
from tests.accounts.conftest import PersonMaker
from tests.enrollment.adding import Adder, add
from tests.enrollment.reading import text_of
from tests.support.clock import Clock
from tests.support.person import Person
from tests.support.tenant import Tenant

METHODS = "GET /api/v2/users/*/authentication-methods"


@pytest.fixture
def owner(person: PersonMaker) -> Adder:
    """Has a second factor, and an authenticator app under way."""
    tess = Adder(person("tess"), "totp")
    tess.begin()
    return tess


@pytest.fixture
def thief(person: PersonMaker, owner: Adder) -> Person:
    """Signed in by password alone."""
    tess = person("tess")
    tess.sign_in()
    return tess


def shows(answer: object, owner: Adder) -> bool:
    content = getattr(answer, "content", b"").decode()
    return "otpauth:" in content or owner.method()["secret"][:4] in content


def test_password_alone_sees_no_secret_by_opening_the_step(owner: Adder, thief: Person) -> None:
    answer = thief.client.get(owner.path)
    assert answer["Location"].startswith("/step-up/")
    assert shows(owner.who.client.get(owner.path), owner)


@pytest.mark.parametrize("code", ["", "x" * 50, "12345", "000000"])
def test_password_alone_sees_no_secret_by_sending_a_code(owner: Adder, thief: Person, code: str) -> None:
    answer = thief.client.post(owner.path, {"code": code})
    assert answer["Location"].startswith("/step-up/")
    assert not shows(answer, owner)
    assert owner.row.attempts == 0


def test_password_alone_sees_no_secret_by_trying_too_often(owner: Adder, thief: Person) -> None:
    for _ in range(MAX_TRIES + 2):
        answer = thief.client.post(owner.path, {"code": "000000"})
    assert answer["Location"].startswith("/step-up/")


def test_password_alone_sees_no_secret_while_the_tenant_fails(
    owner: Adder, thief: Person, tenant: Tenant
) -> None:
    tenant.fault(METHODS, status=503, times=20)
    answer = thief.client.post(owner.path, {"code": "000000"})
    assert answer["Location"].startswith("/step-up/")


def test_token_of_before_the_first_factor_shows_nothing_of_the_second(
    person: PersonMaker, tenant: Tenant
) -> None:
    """Somebody with the password came first, and had nothing else to prove at that time."""
    thief, phone = person("nia"), Adder(person("nia"), "phone")
    thief.open(add("totp"))
    phone.add()
    app = Adder(phone.who, "totp")
    app.begin()
    answer = thief.client.get(app.path)
    assert answer["Location"].startswith("/step-up/")
    assert not shows(answer, app)


def test_step_without_its_token_shows_no_secret_to_who_sends_nothing(owner: Adder) -> None:
    """A stolen cookie is worth what its session has proved lately."""
    session = owner.who.client.session
    session.pop("accounts_my_account")
    session.save()
    assert owner.who.client.post(owner.path, {"code": ""})["Location"].startswith("/step-up/")


def test_password_alone_takes_no_copy_of_a_first_factor(person: PersonMaker) -> None:
    owner, thief = Adder(person("nia"), "totp"), Adder(person("nia"), "totp")
    owner.begin()
    thief.who.sign_in()
    seen = thief.who.open(add("totp"))
    assert "begun in another browser" in text_of(seen)
    for answer in (seen, thief.who.open(owner.path), thief.who.client.post(owner.path, {"code": ""})):
        assert not shows(answer, owner)
    assert owner.confirm().status_code == 200


def test_password_alone_takes_no_copy_of_what_is_added_beside_email(
    person: PersonMaker, tenant: Tenant
) -> None:
    """E-mail alone is nothing to step up with, so owner and thief have proved the same."""
    factors = [{"type": "email", "email": "eve@example.test", "confirmed": True}]
    eve = tenant.add_user(email="eve@example.test", password="demo-Passw0rd!", factors=factors)
    owner, thief = Adder(person(eve), "totp"), person(eve)
    owner.begin()
    assert shows(owner.step, owner)
    thief.sign_in()
    assert not shows(thief.open(owner.path), owner)


def test_owner_is_given_no_first_factor_that_somebody_else_knows(person: PersonMaker) -> None:
    """Who has the password begins it, and waits for its owner to scan what they have a copy of."""
    thief, owner = Adder(person("nia"), "totp"), Adder(person("nia"), "totp")
    thief.begin()
    owner.who.sign_in()
    told = owner.who.open(add("totp"))
    assert not shows(told, thief)
    owner.who.press(told, "leave")
    owner.begin()
    assert shows(owner.step, owner)
    assert owner.path != thief.path


def test_password_alone_begins_no_first_factor_that_is_begun_elsewhere(person: PersonMaker) -> None:
    """Beginning it comes back to the one that is open: whoever posts the form has begun nothing."""
    owner, thief = Adder(person("nia"), "totp"), Adder(person("nia"), "totp")
    thief.open()
    owner.begin()
    answer = thief.who.follow(thief.give())
    assert "begun in another browser" in text_of(answer)
    assert not shows(answer, owner)


def test_first_factor_begun_elsewhere_while_this_browser_waited_is_not_shown(
    person: PersonMaker, elapse: Clock
) -> None:
    """As where two servers' clocks differ, or the tenant answers one browser late: times tell nothing."""
    owner, thief = Adder(person("nia"), "totp"), Adder(person("nia"), "totp")
    thief.open()
    owner.begin()
    elapse.here(-5)
    assert not shows(thief.who.follow(thief.give()), owner)


def test_second_factor_is_gone_on_with_in_any_browser_that_has_proved_the_first_one(
    owner: Adder, person: PersonMaker
) -> None:
    assert shows(person("tess").open(owner.path), owner)


@pytest.mark.parametrize("transports", [["\ud800"], "[" * 3000])
def test_made_up_answer_of_an_authenticator_crashes_nothing(person: PersonMaker, transports: object) -> None:
    passkey = Adder(person("nia"), "passkey")
    passkey.begin()
    answer = passkey.credential()
    answer["response"]["transports"] = "HERE"
    sent = json.dumps(answer).replace(
        '"HERE"', transports if isinstance(transports, str) else json.dumps(transports)
    )
    assert passkey.who.client.post(passkey.path, {"credential": sent}).status_code in (302, 303, 422)
