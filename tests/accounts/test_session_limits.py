"""A session ends unused, and at its age; a step-up makes it no younger, and a page warns before."""

from collections.abc import Callable

import pytest
from pytest_django import Settings

from tests.support.clock import Clock
from tests.support.person import Person

People = Callable[..., Person]
PAGE = "/account/security/"
WARNING = "You’ll be signed out soon"  # noqa: RUF001 - as it is written


def is_signed_in(who: Person) -> bool:
    return who.client.get(PAGE).status_code == 200


@pytest.fixture
def tess(person: People) -> Person:
    somebody = person("tess")
    somebody.open(PAGE)
    return somebody


def test_unused_session_is_over(person: People, settings: Settings, elapse: Clock) -> None:
    settings.SESSION_IDLE_AGE = 600
    tess = person("tess")
    tess.open(PAGE)
    elapse(601)

    assert not is_signed_in(tess)
    assert "_auth_user_id" not in tess.client.session


def test_session_in_use_goes_on(person: People, settings: Settings, elapse: Clock) -> None:
    settings.SESSION_IDLE_AGE = 600
    tess = person("tess")
    tess.open(PAGE)
    for _ in range(4):
        elapse(400)
        assert is_signed_in(tess)


def test_session_in_use_is_over_at_its_age(person: People, settings: Settings, elapse: Clock) -> None:
    settings.SESSION_IDLE_AGE, settings.SESSION_ABSOLUTE_AGE = 600, 1000
    tess = person("tess")
    tess.open(PAGE)
    elapse(500)
    assert is_signed_in(tess)
    elapse(501)

    assert not is_signed_in(tess)


def test_step_up_makes_a_session_no_younger(person: People, settings: Settings, elapse: Clock) -> None:
    settings.SESSION_ABSOLUTE_AGE = 1000
    tess = person("tess")
    tess.open(PAGE)
    elapse(900)
    tess.open(f"{PAGE}recovery-code/")
    elapse(101)

    assert not is_signed_in(tess)


def test_session_that_does_not_say_when_it_began_is_over(tess: Person, settings: Settings) -> None:
    session = tess.client.session
    del session["accounts_lifetime"]
    session.save()
    assert is_signed_in(tess)

    settings.SESSION_ABSOLUTE_AGE = 1000
    assert not is_signed_in(tess)


def test_gate_is_shut_with_the_session(person: People, settings: Settings, elapse: Clock) -> None:
    settings.SESSION_IDLE_AGE = 600
    tess = person("tess")
    tess.open(f"{PAGE}recovery-code/")
    elapse(601)

    assert tess.client.post(f"{PAGE}recovery-code/")["Location"].startswith("/sign-in/")


def test_page_warns_of_an_end_that_is_near(person: People, settings: Settings, elapse: Clock) -> None:
    settings.SESSION_ABSOLUTE_AGE = 1000
    tess = person("tess")
    tess.open(PAGE)
    assert "hidden>" in _box(tess)
    elapse(900)
    box = _box(tess)

    assert "hidden>" not in box
    assert WARNING in box
    assert "Stay signed in" not in box


def test_page_of_a_site_without_limits_has_no_warning(tess: Person) -> None:
    assert WARNING not in tess.client.get(PAGE).content.decode()


def _box(who: Person) -> str:
    html = who.client.get(PAGE).content.decode()
    start = html.index("data-session-ends")
    return " ".join(html[start : html.index("</div>", start)].replace("\n", " ").replace(" >", ">").split())
