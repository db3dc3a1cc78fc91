"""The breaker: what fails for one process is let be by all, and no refusal of a person opens it."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import caches
from pytest_django import Settings

from accounts.auth0 import http
from accounts.auth0.breaker import (
    FAILURES_SECONDS,
    KEPT_SECONDS,
    MOST_FAILURES,
    OPEN_SECONDS,
    PROBE_SECONDS,
    Api,
    Breaker,
    State,
    api_of,
    opens,
    state_at,
)
from accounts.auth0.http import INSIST
from tests.accounts.conftest import PersonMaker
from tests.support import shared_cache
from tests.support.clock import Clock
from tests.support.tenant import Tenant
from tests.support.threads import DatabaseThreads

MANAGEMENT, MY_ACCOUNT = "/api/v2/guardian/enrollments/ticket", "/me/v1/authentication-methods"
KEYS = "/.well-known/jwks.json"
ROOT = Path(__file__).resolve().parents[2]


def call(tenant: Tenant, path: str = MANAGEMENT, method: str = "POST") -> str:
    """Make one call, and no second try of it; tell how it ended."""
    try:
        return str(http.client().request(method, f"{tenant.base_url}{path}").status_code)
    except http.BreakerOpenError:
        return "open"
    except http.TransportError:
        return "failed"


def calls(tenant: Tenant, number: int, path: str = MANAGEMENT) -> list[str]:
    return [call(tenant, path) for _ in range(number)]


@contextmanager
def failing(tenant: Tenant, path: str = MANAGEMENT, **fault: Any) -> Iterator[None]:
    tenant.fault(f"* {path}", **(fault or {"status": 503}))
    yield
    tenant.control("faults", [])
    tenant.exchanges()


def arrived(tenant: Tenant, number: int) -> int:
    """Count the calls that came to the tenant; it notes one after it has dropped the connection."""
    found, ends_at = 0, time.monotonic() + 5
    while found < number and time.monotonic() < ends_at:
        found += len(tenant.exchanges(MANAGEMENT))
    return found


def opened(tenant: Tenant, path: str = MANAGEMENT) -> None:
    with failing(tenant, path):
        calls(tenant, MOST_FAILURES, path)
    assert call(tenant, path) == "open"


@pytest.mark.parametrize("fault", [{"status": 500}, {"status": 503}, {"drop": True}], ids=str)
def test_api_that_fails_is_not_called_for_some_seconds(tenant: Tenant, fault: dict[str, Any]) -> None:
    with failing(tenant, **fault):
        assert "open" not in calls(tenant, MOST_FAILURES)
        assert arrived(tenant, MOST_FAILURES) == MOST_FAILURES
        assert set(calls(tenant, 20)) == {"open"}
        assert tenant.exchanges(MANAGEMENT) == []


def test_silence_opens_it(tenant: Tenant, settings: Settings) -> None:
    settings.TENANT_READ_TIMEOUT = 0.2
    with failing(tenant, delay=1):
        assert calls(tenant, MOST_FAILURES + 1) == ["failed"] * MOST_FAILURES + ["open"]


def test_nobody_listening_opens_it(settings: Settings) -> None:
    settings.AUTH0_DOMAIN = "localhost:9"
    settings.TENANT_RETRY_BUDGET = 0
    for expected in [*[http.ConnectError] * MOST_FAILURES, http.BreakerOpenError]:
        with pytest.raises(http.ConnectError) as failure:
            http.client().get("http://localhost:9/")
        assert type(failure.value) is expected


@pytest.mark.parametrize("status", [400, 401, 403, 404, 408, 409, 429])
def test_refusals_never_open_it(tenant: Tenant, status: int) -> None:
    with failing(tenant, status=status):
        assert set(calls(tenant, MOST_FAILURES * 3)) == {str(status)}


def test_refusal_between_failures_shows_that_the_api_answers(tenant: Tenant) -> None:
    for _ in range(3):
        with failing(tenant):
            calls(tenant, MOST_FAILURES - 1)
        with failing(tenant, status=429):
            assert call(tenant) == "429"


def test_failures_far_apart_do_not_open_it(tenant: Tenant, elapse: Clock) -> None:
    with failing(tenant):
        for _ in range(3):
            assert calls(tenant, MOST_FAILURES - 1) == ["503"] * (MOST_FAILURES - 1)
            elapse(FAILURES_SECONDS)


def test_answer_that_is_too_large_does_not_open_it(tenant: Tenant) -> None:
    with failing(tenant, status=200, body="x" * (http.LARGEST_ANSWER + 1)):
        assert set(calls(tenant, MOST_FAILURES + 2)) == {"failed"}


@pytest.mark.parametrize("path", [MANAGEMENT, MY_ACCOUNT, KEYS])
def test_each_api_has_its_own(tenant: Tenant, path: str) -> None:
    opened(tenant, path)

    assert [call(tenant, other) == "open" for other in (MANAGEMENT, MY_ACCOUNT, KEYS)] == [
        other == path for other in (MANAGEMENT, MY_ACCOUNT, KEYS)
    ]


def test_api_that_has_recovered_is_called_again(tenant: Tenant, elapse: Clock) -> None:
    opened(tenant)
    elapse(OPEN_SECONDS)

    assert "open" not in calls(tenant, 3)
    with failing(tenant):
        assert call(tenant) == "503"
        assert call(tenant) == "503"


def test_one_probe_that_fails_keeps_it_open(tenant: Tenant, elapse: Clock) -> None:
    opened(tenant)
    elapse(OPEN_SECONDS)
    with failing(tenant):
        assert calls(tenant, 4) == ["503", "open", "open", "open"]
    elapse(OPEN_SECONDS)

    assert call(tenant) != "open"


def test_one_probe_is_made_at_a_time(tenant: Tenant, elapse: Clock) -> None:
    opened(tenant)
    elapse(OPEN_SECONDS)
    with DatabaseThreads(6) as workers:
        let_through = list(
            workers.map(lambda _: Breaker(tenant.domain, Api.MANAGEMENT).lets_through(), range(6))
        )

    assert let_through.count(True) == 1
    assert call(tenant) == "open"
    assert tenant.exchanges(MANAGEMENT) == []


def test_probe_that_never_comes_back_is_followed_by_another(tenant: Tenant, elapse: Clock) -> None:
    opened(tenant)
    elapse(OPEN_SECONDS)
    assert Breaker(tenant.domain, Api.MANAGEMENT).lets_through()
    assert call(tenant) == "open"
    elapse(PROBE_SECONDS)

    assert call(tenant) != "open"


def test_probe_held_back_here_leaves_the_next_call_to_probe(tenant: Tenant, elapse: Clock) -> None:
    opened(tenant)
    elapse(OPEN_SECONDS)

    def locked() -> None:
        raise PermissionError

    with http.checked_before_writes(locked), pytest.raises(PermissionError):
        call(tenant)

    assert call(tenant) != "open"


def test_breaker_that_nobody_probes_is_forgotten(tenant: Tenant, elapse: Clock) -> None:
    opened(tenant)
    elapse(KEPT_SECONDS)
    with failing(tenant):
        assert calls(tenant, 2) == ["503", "503"]


def test_call_that_must_be_tried_is_made_and_closes_it(tenant: Tenant) -> None:
    opened(tenant, KEYS)
    answer = http.client().get(f"{tenant.base_url}{KEYS}", extensions={INSIST: True})

    assert answer.status_code == 200
    assert call(tenant, KEYS) != "open"


def test_sign_in_that_has_come_back_is_finished_while_the_breaker_is_open(
    person: PersonMaker, tenant: Tenant
) -> None:
    tess = person("tess")
    leaving = tess.submit(tess.client.get("/sign-in/"), to_path="/auth/login/auth0/")
    callback = tess.to_callback(leaving)
    # Not even the documents are known any more.
    caches["default"].clear()
    opened(tenant, KEYS)

    assert tess.client.get(callback).status_code == 302
    assert tess.client.get("/account/security/").status_code == 200


def test_sign_in_does_not_begin_while_the_breaker_is_open(person: PersonMaker, tenant: Tenant) -> None:
    tess = person("tess")
    page = tess.client.get("/sign-in/")
    opened(tenant, KEYS)

    assert tess.submit(page, to_path="/auth/login/auth0/").status_code == 503
    assert tenant.exchanges() == []


def test_pages_degrade_and_changes_are_refused_at_once_while_it_is_open(
    person: PersonMaker, tenant: Tenant
) -> None:
    tess, path = person("tess"), "/account/security/totp%7Cdev_tess_totp/remove/"
    assert tess.open(path).status_code == 200
    opened(tenant)

    assert tess.client.get("/account/security/").status_code == 200
    tess.client.post(path)

    assert tenant.exchanges() == []
    assert "totp|dev_tess_totp" in str(tenant.user(tenant["tess"]))


def test_two_processes_share_it(
    tenant: Tenant, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A busy machine takes more than the usual time from one process to the other.
    monkeypatch.setattr("accounts.auth0.breaker.OPEN_SECONDS", 300.0)
    kept = {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": str(tmp_path)}
    settings.CACHES = {"default": kept}
    program = f"""
import sys, tests.settings as settings
settings.CACHES = {{"default": {kept!r}}}
settings.AUTH0_DOMAIN = {tenant.domain!r}
import django; django.setup()
from accounts.auth0 import http
for _ in range({MOST_FAILURES}):
    http.client().post(sys.argv[1])
"""
    with failing(tenant):
        subprocess.run(
            [sys.executable, "-c", program, f"{tenant.base_url}{MANAGEMENT}"],
            env={"DJANGO_SETTINGS_MODULE": "tests.settings", "PATH": ""},
            cwd=ROOT,
            timeout=60,
            check=True,
        )

    assert call(tenant) == "open"


def test_without_a_cache_calls_go_through(tenant: Tenant, settings: Settings) -> None:
    opened(tenant)
    settings.CACHES = shared_cache.DEAD
    with failing(tenant):
        assert set(calls(tenant, MOST_FAILURES * 2)) == {"503"}


def test_paths_belong_to_their_api() -> None:
    paths = ["/api/v2/users/x", "/me/v1/factors", "/oauth/token", "/.well-known/jwks.json", "/mention"]
    assert [api_of(path) for path in paths] == [Api.MANAGEMENT, Api.MY_ACCOUNT, *[Api.SIGN_IN] * 3]


def test_state_follows_the_clock_even_where_that_was_set_back() -> None:
    assert state_at(100, None) is State.CLOSED
    assert state_at(100, 100) is State.OPEN
    assert state_at(100 + OPEN_SECONDS, 100) is State.HALF_OPEN
    assert state_at(99, 100) is State.HALF_OPEN


def test_failure_opens_it_when_there_were_enough_or_it_was_open() -> None:
    assert not opens(MOST_FAILURES - 1, State.CLOSED)
    assert opens(MOST_FAILURES, State.CLOSED)
    assert opens(1, State.HALF_OPEN)
