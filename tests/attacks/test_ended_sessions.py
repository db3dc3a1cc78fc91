"""A thief's session, and one that races with its own end; what a session alone can do to its owner."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.http import HttpRequest

from accounts.models import UserSession
from accounts.sessions import user_sessions
from tests.enrollment.reading import SECURITY, text_of
from tests.support.clock import Clock
from tests.support.person import Person
from tests.support.users import user_of

People = Callable[..., Person]
SESSIONS = f"{SECURITY}sessions/"
OTHERS = f"{SESSIONS}end-others/"


def row_of(somebody: Person) -> str:
    return str(somebody.client.session["accounts_listed"]["row"])


def end_path(somebody: Person) -> str:
    return f"{SESSIONS}{row_of(somebody)}/end/"


def is_signed_in(somebody: Person) -> bool:
    return somebody.client.get(SECURITY).status_code == 200


@pytest.fixture
def owner_and_thief(person: People) -> tuple[Person, Person]:
    pair = person("tess"), person("tess")
    for somebody in pair:
        somebody.open(SECURITY)
    return pair


def test_thief_with_a_session_alone_ends_none_of_the_owners(owner_and_thief: tuple[Person, Person]) -> None:
    owner, thief = owner_and_thief
    for path in (end_path(owner), OTHERS):
        assert thief.client.post(path)["Location"].startswith("/step-up/")

    assert is_signed_in(owner)


def test_thief_whose_proof_is_stale_ends_none_of_the_owners(person: People, elapse: Clock) -> None:
    owner, thief = person("tess"), person("tess")
    owner.open(SECURITY)
    thief.open(f"{SECURITY}recovery-code/")
    elapse(1000)

    assert thief.client.post(end_path(owner))["Location"].startswith("/step-up/")
    assert is_signed_in(owner)


def test_proof_of_before_a_lock_ends_no_session(person: People) -> None:
    owner, thief = person("tess"), person("tess")
    thief.open(f"{SECURITY}recovery-code/")
    owner.open(SECURITY)
    # The thief said it, so that their own session is the one that stays.
    thief.submit(thief.client.get(f"{SECURITY}not-me/"), to_path=f"{SECURITY}not-me/")
    owner.open(SECURITY)

    assert thief.client.post(end_path(owner))["Location"].startswith("/step-up/")
    assert is_signed_in(owner)


@pytest.mark.parametrize("whose", ["nia's", "nobody's"])
def test_session_of_somebody_else_is_not_ended(person: People, whose: str) -> None:
    tess, nia = person("tess"), person("nia")
    nia.open(SECURITY)
    tess.open(f"{SECURITY}recovery-code/")
    path = end_path(nia) if whose == "nia's" else f"{SESSIONS}{uuid4()}/end/"

    assert tess.client.get(path)["Location"] == SESSIONS
    said = text_of(tess.client.get(tess.client.post(path)["Location"]))

    assert "already over" in said
    assert is_signed_in(nia)


def test_another_site_ends_no_session(person: People) -> None:
    owner, other = person("tess", enforce_csrf_checks=True), person("tess")
    other.open(SECURITY)
    owner.open(f"{SECURITY}recovery-code/")

    assert owner.client.post(end_path(other)).status_code == 403
    assert owner.client.post(OTHERS).status_code == 403
    assert is_signed_in(other)


def test_session_that_gets_a_new_key_while_it_is_ended_is_over(
    owner_and_thief: tuple[Person, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The thief's step-up comes back at the moment at which the owner ends the thief's session."""
    owner, thief = owner_and_thief
    user, row = user_of(owner.account.sub), row_of(thief)
    leaving = thief.submit(
        thief.client.get("/step-up/", {"next": f"{SECURITY}recovery-code/"}), to_path="/step-up/"
    )
    callback = thief.to_callback(leaving)
    meanwhile: list[Any] = []

    real = user_sessions.update_session_list

    def ended_first(request: HttpRequest) -> None:
        # The request has its session with the new key by now.
        meanwhile.append(ended := user_sessions.end_session(user, row))
        user_sessions.delete_stored([ended] if ended else [])
        real(request)

    monkeypatch.setattr("accounts.middleware.update_session_list", ended_first)
    thief.client.get(callback)
    monkeypatch.undo()

    assert meanwhile[0] is not None
    assert "_auth_user_id" not in thief.client.session
    assert UserSession.objects.filter(user=user).count() == 1
    assert not is_signed_in(thief)
    assert is_signed_in(owner)


def test_session_that_is_saved_after_its_end_is_over_at_its_next_request(
    owner_and_thief: tuple[Person, Person],
) -> None:
    """What a request had read before the end, its store gets back under a new key."""
    owner, thief = owner_and_thief
    kept = thief.client.session
    user = user_of(owner.account.sub)
    ended = user_sessions.end_session(user, row_of(thief))
    user_sessions.delete_stored([ended] if ended else [])
    kept.cycle_key()
    kept.save()
    thief.client.cookies["mfaproject_sessionid"] = str(kept.session_key)

    assert not is_signed_in(thief)
    assert is_signed_in(owner)
