"""One session is ended: it is over at its next request, and no other is."""

from collections.abc import Callable

import pytest
from pytest_django import Settings

from accounts.models import AccountState, UserSession
from accounts.sessions import ended
from accounts.sessions.user_sessions import delete_stored, end_session, sessions_of
from tests.support.clock import Clock
from tests.support.person import Person
from tests.support.users import user_of

People = Callable[..., Person]
PAGE = "/account/security/"


def is_signed_in(somebody: Person) -> bool:
    return somebody.client.get(PAGE).status_code == 200


def row_of(somebody: Person) -> UserSession:
    return UserSession.objects.get(pk=somebody.client.session["accounts_listed"]["row"])


@pytest.fixture
def two(person: People) -> tuple[Person, Person]:
    pair = person("tess"), person("tess")
    for somebody in pair:
        somebody.open(PAGE)
    return pair


def test_session_that_is_ended_is_over_and_the_other_goes_on(two: tuple[Person, Person]) -> None:
    own, other = two
    user = user_of(own.account.sub)

    ended_row = end_session(user, row_of(other).pk)
    assert ended_row is not None
    delete_stored([ended_row])

    assert [is_signed_in(somebody) for somebody in two] == [True, False]
    assert list(sessions_of(user)) == [row_of(own)]


def test_session_is_over_though_its_store_kept_it(two: tuple[Person, Person]) -> None:
    own, other = two
    end_session(user_of(own.account.sub), row_of(other).pk)

    assert [is_signed_in(somebody) for somebody in two] == [True, False]
    assert "_auth_user_id" not in other.client.session


def test_session_of_somebody_else_is_not_ended(person: People) -> None:
    tess, nia = person("tess"), person("nia")
    tess.open(PAGE)
    nia.open(PAGE)

    assert end_session(user_of(tess.account.sub), row_of(nia).pk) is None
    assert is_signed_in(nia)


def test_session_keeps_its_id_when_its_key_changes(person: People) -> None:
    tess = person("tess")
    tess.open(PAGE)
    before = row_of(tess).pk
    tess.open(f"{PAGE}recovery-code/")

    assert row_of(tess).pk == before
    end_session(user_of(tess.account.sub), before)
    assert not is_signed_in(tess)


def test_row_tells_what_was_proved(person: People) -> None:
    tess = person("tess")
    tess.open(PAGE)
    assert row_of(tess).mfa_at is None
    tess.open(f"{PAGE}recovery-code/")

    row = row_of(tess)
    assert row.mfa_at == tess.client.get(PAGE).wsgi_request.assurance.mfa_at  # type: ignore[attr-defined]
    assert "mfa" in row.methods


def test_session_whose_row_is_lost_can_still_be_ended(person: People, elapse: Clock) -> None:
    tess = person("tess")
    tess.open(PAGE)
    row = row_of(tess).pk
    UserSession.objects.all().delete()
    elapse(301)
    tess.client.get(PAGE)

    assert row_of(tess).pk == row
    end_session(user_of(tess.account.sub), row)
    assert not is_signed_in(tess)


def test_what_was_ended_is_forgotten_once_no_session_can_be_left_of_it(
    two: tuple[Person, Person], elapse: Clock, settings: Settings
) -> None:
    user = user_of(two[0].account.sub)
    ended.note_ended(user, ["one"])
    elapse(settings.SESSION_COOKIE_AGE + ended.MARGIN_SECONDS + 1)
    ended.note_ended(user, ["two"])

    assert list(AccountState.objects.get().ended_sessions) == ["two"]


def test_too_many_ended_sessions_end_all(two: tuple[Person, Person]) -> None:
    user = user_of(two[0].account.sub)
    for number in range(ended.MOST_NOTED):
        ended.note_ended(user, [f"session {number}"])
    assert is_signed_in(two[0])

    ended.note_ended(user, ["one more"])

    assert AccountState.objects.get().ended_sessions == {}
    assert [is_signed_in(somebody) for somebody in two] == [False, False]
