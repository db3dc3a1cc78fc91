"""Redis holds JSON and no pickles; and where it hangs, is down or dies, everything goes on."""

import json
import pickle
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.signals import request_finished, request_started
from pytest_django import Settings

from accounts.auth0 import cache
from accounts.auth0.cache_outage import PAUSE_SECONDS, outage
from accounts.json_serializer import JSONSerializer
from enrollment.flows.change import MAX_TRIES
from enrollment.gateways import factor_cache
from mfaproject.users.models import User
from tests.enrollment.admin_pages import do, security_of
from tests.enrollment.reading import SECURITY, links_of, text_of
from tests.support.person import Person
from tests.support.redis_process import RedisProcess, caches_at, free_port, silent_server
from tests.support.tenant import Tenant

People = Callable[..., Person]
# A request takes about half a second where Redis hangs; a busy machine, more.
MOST_SECONDS = 3


@pytest.fixture
def redis_process(settings: Settings) -> Iterator[RedisProcess]:
    process = RedisProcess()
    settings.CACHES = caches_at(process.port)
    try:
        yield process
    finally:
        process.close()


@pytest.fixture(params=["hangs", "down"])
def broken_cache(request: pytest.FixtureRequest, settings: Settings) -> Iterator[str]:
    with silent_server() as port:
        settings.CACHES = caches_at(port if request.param == "hangs" else free_port())
        yield request.param


@contextmanager
def durations() -> Iterator[list[float]]:
    """Seconds that each request took, every one of which is the first to meet the outage."""
    began, seconds = [0.0], []  # type: tuple[list[float], list[float]]

    def start(**_: Any) -> None:
        outage.end()
        began[0] = time.monotonic()

    def finish(**_: Any) -> None:
        seconds.append(time.monotonic() - began[0])

    request_started.connect(start)
    request_finished.connect(finish)
    try:
        yield seconds
    finally:
        request_started.disconnect(start)
        request_finished.disconnect(finish)


def link_to(who: Person, action: str, kind: str = "totp") -> str:
    page = who.open(SECURITY)
    return next(link for link in links_of(page, f"/{action}/") if f"/{kind}" in link)


def take_the_tour(person: People) -> None:
    """Sign in, look at the pages, rename, make a recovery code, remove; then support, and the probes."""
    tess = person("tess")
    assert tess.open(SECURITY).status_code == 200
    renamed = tess.follow(tess.submit(tess.open(link_to(tess, "rename")), name="Work phone"))
    assert "Work phone" in text_of(renamed)
    assert "Your new recovery code" in text_of(
        tess.press(tess.open(f"{SECURITY}recovery-code/"), "Replace my code")
    )
    assert tess.open(f"{SECURITY}activity/").status_code == 200
    tess.follow(tess.press(tess.open(link_to(tess, "remove")), "Remove it"))
    assert not any(m["type"] == "totp" for m in tess.tenant.user(tess.account)["methods"])
    _support(person, User.objects.get(social_auth__uid=tess.account.sub))
    assert tess.client.get("/healthz").status_code == 200
    assert tess.client.get("/readyz").status_code == 200
    assert tess.client.post("/logout/").status_code == 303


def _support(person: People, user: User) -> None:
    ada = person("ada")
    assert ada.open(security_of(user)).status_code == 200
    assert do(ada, security_of(user, "forget-browsers/")).status_code in (200, 302, 303)


# What lies there


def test_everything_in_redis_is_json(redis_process: RedisProcess, person: People) -> None:
    take_the_tour(person)

    entries = redis_process.entries()
    names = {key.split(":", 2)[2].split(":")[1] for key in entries}
    assert {"discovery", "jwks", "token", "factors", "tries"} <= names
    for entry in entries.values():
        json.loads(entry)


class _Planted:
    """A pickle that makes a file where it is read."""

    def __init__(self, proof: Path) -> None:
        self.proof = proof

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.proof,)


GARBAGE = [
    b"",
    b"\x80garbage",
    b"[" * 100_000,
    b'"[[[',
    b'"{}"',
    b'"[1, 2, 3]"',
    b'"[[{\\"id\\": 5}], \\"2026-01-01\\", false]"',
    b'"[null, \\"2026-01-01T00:00:00+00:00\\", false]"',
    b'"\\"text\\""',
    b"7",
    b"null",
]


def test_planted_pickle_runs_nothing_and_is_as_good_as_absent(
    redis_process: RedisProcess, person: People, tmp_path: Path
) -> None:
    tess = person("tess")
    tess.open(SECURITY)
    proof = tmp_path / "it-ran"
    pickle.loads(pickle.dumps(_Planted(proof)))
    assert proof.exists()
    proof.unlink()
    for key in redis_process.entries():
        redis_process.client.set(key, pickle.dumps(_Planted(proof)), ex=60)

    assert "authenticator app" in text_of(tess.open(SECURITY)).lower()

    assert not proof.exists()
    assert tess.client.get("/readyz").json()["cache"] == "ok"


@pytest.mark.parametrize("garbage", GARBAGE, ids=lambda value: str(value[:20]))
def test_garbage_in_redis_is_as_good_as_absent(
    redis_process: RedisProcess, person: People, garbage: bytes
) -> None:
    tess = person("tess")
    tess.open(SECURITY)
    tess.open(f"{SECURITY}activity/")
    for key in redis_process.entries():
        redis_process.client.set(key, garbage, ex=60)

    assert "authenticator app" in text_of(tess.open(SECURITY)).lower()
    assert tess.open(f"{SECURITY}activity/").status_code == 200
    assert person("nia").open(SECURITY).status_code == 200


def test_discovery_document_of_somebody_else_in_redis_is_not_followed(
    redis_process: RedisProcess, person: People
) -> None:
    tess = person("tess")
    tess.sign_in()
    key = next(key for key in redis_process.entries() if ":discovery:" in key)
    kept = redis_process.entries()[key]
    planted = kept.replace(tess.tenant.base_url.encode(), b"https://thief.example")
    assert planted != kept
    redis_process.client.set(key, planted, ex=60)

    assert person("nia").sign_in().status_code == 302


def test_serializer_writes_integers_as_redis_counts_and_refuses_what_json_has_not() -> None:
    assert JSONSerializer().dumps(5) == b"5"
    assert JSONSerializer().loads(b"5") == 5
    with pytest.raises(TypeError):
        JSONSerializer().dumps(object())


# Where it fails


@pytest.mark.usefixtures("broken_cache")
def test_everything_works_in_time_without_redis(person: People) -> None:
    with durations() as seconds:
        take_the_tour(person)
    assert max(seconds) < MOST_SECONDS


@pytest.mark.parametrize("fail", [RedisProcess.freeze, RedisProcess.die])
def test_page_comes_in_time_where_redis_fails_that_was_there(
    redis_process: RedisProcess, person: People, fail: Callable[[RedisProcess], None]
) -> None:
    tess = person("tess")
    tess.open(SECURITY)
    fail(redis_process)
    with durations() as seconds:
        assert tess.open(SECURITY).status_code == 200
        assert tess.client.post("/logout/").status_code == 303
    assert max(seconds) < MOST_SECONDS


def test_pages_without_redis_share_their_process_s_token(person: People, settings: Settings) -> None:
    settings.CACHES = caches_at(free_port())
    tess = person("tess")
    tess.open(SECURITY)
    tess.tenant.exchanges()

    for page in (SECURITY, f"{SECURITY}activity/", SECURITY):
        assert tess.open(page).status_code == 200

    assert "/oauth/token" not in {exchange["path"] for exchange in tess.tenant.exchanges()}


@pytest.mark.usefixtures("broken_cache")
def test_readyz_without_redis_is_ready_and_says_so_in_time(person: People) -> None:
    tess = person("tess")
    with durations() as seconds:
        answer = tess.client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"database": "ok", "cache": "degraded"}
    assert max(seconds) < MOST_SECONDS


def test_redis_that_hangs_is_waited_for_once(settings: Settings) -> None:
    with silent_server() as port:
        settings.CACHES = caches_at(port)
        began = time.monotonic()
        assert [cache.load(f"key-{number}") for number in range(50)] == [None] * 50
        assert all(cache.claim("claimed", 10) for _ in range(50))
    assert time.monotonic() - began < MOST_SECONDS


def test_redis_that_hung_and_answers_again_is_used_after_a_pause(redis_process: RedisProcess) -> None:
    cache.store("kept", [1], 60)
    redis_process.freeze()
    assert cache.load("kept") is None
    redis_process.thaw()
    assert cache.load("kept") is None, "it is let be for a while"
    pause_is_over()
    assert cache.load("kept") == [1]


def test_what_a_change_outdated_while_redis_hung_is_dropped_once_it_is_back(
    redis_process: RedisProcess, tenant: Tenant
) -> None:
    sub = tenant["tess"].sub
    before = factor_cache.fresh_factors_of(sub)
    redis_process.freeze()
    factor_cache.invalidate(sub, removed=[before[0].id])
    redis_process.thaw()
    pause_is_over()

    assert factor_cache.cached_factors_of(sub) is None


def pause_is_over() -> None:
    """Let no five seconds pass: the next use is the one that tries."""
    outage._until = time.monotonic()


def test_after_the_pause_one_tries_and_the_others_wait_for_what_it_finds() -> None:
    outage.begin()
    assert not outage.lets_use()
    pause_is_over()
    assert [outage.lets_use() for _ in range(3)] == [True, False, False]
    outage.end()
    assert outage.lets_use()
    assert PAUSE_SECONDS < 10


def test_speed_limit_on_changes_lets_through_where_nothing_counts(person: People, settings: Settings) -> None:
    settings.CACHES = caches_at(free_port())
    tess = person("tess")
    link = link_to(tess, "rename")
    for number in range(MAX_TRIES + 2):
        answer = tess.follow(tess.submit(tess.open(link), name=f"Name {number}"))
        assert f"Name {number}" in text_of(answer)
