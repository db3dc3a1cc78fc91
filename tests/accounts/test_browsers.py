"""The list of browsers somebody is signed in with, and ending them from another one."""

from collections.abc import Callable
from importlib import import_module

import pytest
from django.test import RequestFactory
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import UserSession
from accounts.sessions.user_sessions import end_sessions, sessions_of
from tests.support.clock import Clock
from tests.support.person import Person
from tests.support.users import user_of

People = Callable[..., Person]
PAGE = "/account/security/"
ENGINES = ["db", "cached_db", "cache"]
every_engine = pytest.mark.parametrize("engine", ENGINES)


def rows(who: Person) -> list[UserSession]:
    return list(UserSession.objects.filter(user__social_auth__uid=who.account.sub).order_by("created_at"))


def store(key: str) -> dict[str, object]:
    """What lies in a session's store under a key."""
    from django.conf import settings

    loaded: dict[str, object] = import_module(settings.SESSION_ENGINE).SessionStore(key).load()
    return loaded


def test_browser_is_listed_at_sign_in_with_what_its_owner_recognises(person: People) -> None:
    tess = person("tess", REMOTE_ADDR="203.0.113.9")
    tess.client.defaults["HTTP_USER_AGENT"] = "Mozilla/5.0 (X11; Linux) Firefox/130.0"
    tess.open(PAGE)

    (row,) = rows(tess)
    assert (row.ip, row.user_agent) == ("203.0.113.9", "Mozilla/5.0 (X11; Linux) Firefox/130.0")
    assert row.sid
    assert str(tess.client.session.session_key) not in f"{row.encrypted_key}{row.key_digest}"


def test_step_up_changes_the_key_and_the_row_goes_along(person: People) -> None:
    tess = person("tess")
    tess.open(PAGE)
    before = rows(tess)[0]
    key = tess.client.session.session_key
    tess.open(f"{PAGE}recovery-code/")

    (after,) = rows(tess)
    assert tess.client.session.session_key != key
    assert (after.pk, after.created_at) == (before.pk, before.created_at)
    assert after.key_digest != before.key_digest


def test_next_page_of_a_listed_browser_costs_no_query(
    person: People, django_assert_num_queries: DjangoAssertNumQueries, elapse: Clock
) -> None:
    tess = person("tess")
    tess.open(PAGE)
    seen = rows(tess)[0].seen_at
    with django_assert_num_queries(2):  # session, user
        tess.client.get("/")
    elapse(3700)
    tess.client.get("/")
    assert rows(tess)[0].seen_at > seen


def test_browser_that_signs_out_leaves_the_list(person: People) -> None:
    tess = person("tess")
    tess.open(PAGE)
    tess.client.post("/logout/")
    assert rows(tess) == []


@every_engine
def test_ending_the_others_ends_them_and_leaves_the_own_one(
    person: People, settings: Settings, engine: str
) -> None:
    settings.SESSION_ENGINE = f"django.contrib.sessions.backends.{engine}"
    here, elsewhere, nia = person("tess"), person("tess"), person("nia")
    for browser in (here, elsewhere, nia):
        browser.open(PAGE)
    stolen = elsewhere.client.session.session_key
    user = user_of(here.account.sub)
    request = RequestFactory().get("/")
    request.session = here.client.session
    request.user = user

    assert end_sessions(user, keep=request) == 1
    request.session.save()
    here.client.cookies["mfaproject_sessionid"] = str(request.session.session_key)

    # What lay in it is gone at once, not only when it is used next.
    assert store(str(stolen)) == {}
    assert elsewhere.client.get(PAGE).status_code == 302
    assert here.client.get(PAGE).status_code == 200
    assert nia.client.get(PAGE).status_code == 200
    assert len(rows(here)) == 1


def test_browser_that_was_never_listed_is_ended_too(person: People) -> None:
    tess = person("tess")
    tess.open(PAGE)
    UserSession.objects.all().delete()

    assert end_sessions(user_of(tess.account.sub)) == 0

    assert tess.client.get(PAGE).status_code == 302


def test_list_drops_what_is_past_its_life(person: People, elapse: Clock, settings: Settings) -> None:
    old, new = person("tess"), person("tess")
    old.open(PAGE)
    elapse(settings.SESSION_COOKIE_AGE + 7200)
    new.open(PAGE)

    assert len(rows(new)) == 1
    assert len(list(sessions_of(user_of(new.account.sub)))) == 1
