"""Sessions that were ended are over wherever they are; the one that asked goes on; no password is touched."""

from collections.abc import Callable

import pytest
from django.test import RequestFactory

from accounts.models import AccountState, UserSession
from accounts.sessions.user_sessions import GENERATION_KEY, end_sessions
from mfaproject.users.models import User
from tests.support.person import Person
from tests.support.threads import DatabaseThreads
from tests.support.users import user_of

People = Callable[..., Person]
PAGE = "/account/security/"
PASSWORD = "a-long-one-of-the-site"  # of nobody


def is_signed_in(somebody: Person) -> bool:
    return somebody.client.get(PAGE).status_code == 200


@pytest.fixture
def two(person: People) -> tuple[Person, Person]:
    pair = person("tess"), person("tess")
    for somebody in pair:
        somebody.open(PAGE)
    return pair


def test_session_on_no_list_is_over_too(two: tuple[Person, Person]) -> None:
    UserSession.objects.all().delete()

    end_sessions(user_of(two[0].account.sub))

    assert [is_signed_in(somebody) for somebody in two] == [False, False]
    assert "_auth_user_id" not in two[0].client.session


def test_session_that_asks_goes_on_with_the_new_number(two: tuple[Person, Person]) -> None:
    own, other = two
    request = RequestFactory().get("/")
    request.session = own.client.session
    end_sessions(user_of(own.account.sub), keep=request)
    request.session.save()

    assert (is_signed_in(own), is_signed_in(other)) == (True, False)
    assert own.client.session[GENERATION_KEY] == 1


def test_sign_in_after_the_end_is_a_new_session(two: tuple[Person, Person]) -> None:
    end_sessions(user_of(two[0].account.sub))
    two[0].open(PAGE)
    assert is_signed_in(two[0])


def test_ending_sessions_touches_no_password(two: tuple[Person, Person]) -> None:
    user = user_of(two[0].account.sub)
    user.set_password(PASSWORD)
    user.save()

    end_sessions(user)

    assert User.objects.get().check_password(PASSWORD)


def test_session_without_a_number_is_over_once_any_was_ended(two: tuple[Person, Person]) -> None:
    session = two[0].client.session
    del session[GENERATION_KEY]
    session.save()
    assert is_signed_in(two[0])

    UserSession.objects.all().delete()
    end_sessions(user_of(two[0].account.sub))

    assert not is_signed_in(two[0])


@pytest.mark.usefixtures("database_for_threads")
def test_two_ends_at_once_raise_the_number_twice(person: People) -> None:
    tess = person("tess")
    tess.open(PAGE)
    user = user_of(tess.account.sub)

    def end(_: int) -> None:
        end_sessions(User.objects.get(pk=user.pk))

    with DatabaseThreads(2) as pool:
        list(pool.map(end, range(2)))

    assert AccountState.objects.get().session_generation == 2
    assert not is_signed_in(tess)
