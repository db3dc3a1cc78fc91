"""Sessions, and what was proved in them, are in the database: the cache may go away, or come back old."""

from collections.abc import Callable

from pytest_django import Settings

from tests.support import shared_cache
from tests.support.person import Person

People = Callable[..., Person]
PAGE = "/account/security/"
COOKIE = "mfaproject_sessionid"


def test_session_with_a_dead_cache_is_known_and_can_be_ended(person: People, settings: Settings) -> None:
    tess = person("tess")
    tess.open(f"{PAGE}recovery-code/")
    settings.CACHES = shared_cache.DEAD

    assert "Tess" in tess.client.get("/").content.decode()
    # Proved enough, so it leads on.
    assert tess.client.get("/step-up/", {"next": "/"}).headers["Location"] == "/"
    assert tess.client.post("/logout/").status_code == 303
    assert tess.client.get(PAGE).headers["Location"].startswith("/sign-in/")


def test_session_ended_while_the_cache_was_away_stays_dead(person: People, settings: Settings) -> None:
    tess, caches = person("tess"), settings.CACHES
    tess.open(f"{PAGE}recovery-code/")
    old = tess.client.cookies[COOKIE].value
    settings.CACHES = shared_cache.DEAD
    tess.client.post("/logout/")
    settings.CACHES = caches

    tess.client.cookies[COOKIE] = old

    assert tess.client.get(PAGE).headers["Location"].startswith("/sign-in/")
    assert tess.client.get("/admin/").status_code == 302


def test_cache_holds_no_session(person: People) -> None:
    tess = person("tess")
    tess.open(f"{PAGE}recovery-code/")
    key = str(tess.client.session.session_key)
    assert not [name for name in shared_cache.contents() if key in name or "session" in name]
