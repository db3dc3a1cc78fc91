"""What is read through the cache: asked for once however many want it, and let be while the tenant fails."""

import time
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from accounts.auth0 import read_through
from accounts.auth0.cache import lock
from accounts.auth0.errors import Problem, TenantError
from accounts.auth0.network import deadline_in
from accounts.auth0.read_through import COOL_DOWN, ReadThrough
from tests.support import shared_cache
from tests.support.clock import Clock
from tests.support.tenant import Tenant
from tests.support.threads import DatabaseThreads

DISCOVERY = "/.well-known/openid-configuration"


class Counted(ReadThrough[int]):
    """Gives the number of its call, or fails."""

    def __init__(self, seconds: float = 0.0) -> None:
        super().__init__("counted")
        self.seconds, self.calls, self.error = seconds, 0, None  # type: tuple[float, int, TenantError | None]

    def read(self) -> int:
        self.calls += 1
        time.sleep(self.seconds)
        if self.error:
            raise self.error
        return self.calls

    def load_value(self, stored: int) -> int:
        return stored

    def fresh_for(self) -> timedelta:
        return timedelta(seconds=60)


def outcome(kept: Counted) -> int | Problem:
    try:
        return kept.get().value
    except TenantError as error:
        return error.code


def test_many_that_want_it_cold_share_one_answer() -> None:
    kept = Counted(seconds=0.3)
    with DatabaseThreads(8) as workers:
        assert set(workers.map(lambda _: outcome(kept), range(8))) == {1}
    assert kept.calls == 1


def test_many_that_want_it_cold_share_one_failure() -> None:
    kept = Counted(seconds=0.3)
    kept.error = TenantError(Problem.OUT_OF_ORDER, status=503)
    with DatabaseThreads(8) as workers:
        assert set(workers.map(lambda _: outcome(kept), range(8))) == {Problem.OUT_OF_ORDER}
    assert kept.calls == 1


def test_failure_is_over_after_the_cool_down(elapse: Clock) -> None:
    kept = Counted()
    kept.error = TenantError(Problem.TIMEOUT)
    assert [outcome(kept) for _ in range(3)] == [Problem.TIMEOUT] * 3
    elapse(COOL_DOWN)
    kept.error = None
    assert outcome(kept) == 2


def test_who_insists_asks_though_it_failed_just_now() -> None:
    kept = Counted()
    kept.error = TenantError(Problem.TIMEOUT)
    outcome(kept)
    kept.error = None
    assert kept.get(insist=True).value == 2
    assert outcome(kept) == 2


def test_waiting_for_somebody_ends_with_the_request() -> None:
    kept, began = Counted(), time.monotonic()
    cache.add(kept.lock_key, 1, 15)
    with deadline_in(0.2):
        assert outcome(kept) is Problem.TIMEOUT
    assert time.monotonic() - began < 2
    assert kept.calls == 0


def test_who_waited_in_vain_spares_the_others_the_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read_through, "WAIT_SECONDS", 0.3)
    kept = Counted()
    cache.add(kept.lock_key, 1, 15)
    assert outcome(kept) is Problem.TIMEOUT
    began = time.monotonic()
    assert outcome(kept) is Problem.TIMEOUT
    assert time.monotonic() - began < 0.2


def test_who_had_no_time_to_wait_says_nothing_about_the_tenant() -> None:
    kept = Counted()
    cache.add(kept.lock_key, 1, 15)
    with deadline_in(0.1):
        outcome(kept)
    cache.delete(kept.lock_key)
    assert outcome(kept) == 1


def test_waiting_for_a_lock_ends_with_the_request() -> None:
    cache.add("taken", 1, 15)
    began = time.monotonic()
    with deadline_in(0.2), lock("taken", 15, 10) as is_mine:
        assert not is_mine
    assert time.monotonic() - began < 2
    assert cache.get("taken")


def test_change_while_it_is_read_leaves_nothing_kept() -> None:
    class Overtaken(Counted):
        def read(self) -> int:
            self.invalidate()
            return super().read()

    kept = Overtaken()
    assert outcome(kept) == 1
    assert kept.known() is None


def test_without_a_cache_each_call_goes_to_the_tenant(settings: Settings) -> None:
    settings.CACHES = shared_cache.DEAD
    kept = Counted()
    assert [outcome(kept) for _ in range(3)] == [1, 2, 3]


@pytest.mark.usefixtures("database_for_threads")
def test_cold_sign_ins_at_once_ask_for_the_discovery_document_once(tenant: Tenant) -> None:
    tenant.fault(f"GET {DISCOVERY}", delay=0.5, times=1)

    def begin(_: int) -> str:
        client = Client(headers={"host": "localhost:8000"})
        return client.post("/auth/login/auth0/", {"next": "/"}).headers.get("Location", "")

    with DatabaseThreads(6) as workers:
        leading = list(workers.map(begin, range(6)))
    assert all(to.startswith(f"{tenant.base_url}/authorize?") for to in leading)
    assert len(tenant.exchanges(DISCOVERY)) == 1


def test_sign_ins_do_not_press_a_tenant_whose_discovery_fails(
    tenant: Tenant, client: Client, db: None, elapse: Clock
) -> None:
    tenant.fault(f"GET {DISCOVERY}", drop=True)
    statuses = {client.post("/auth/login/auth0/", {"next": "/"}).status_code for _ in range(5)}
    tries = len(tenant.exchanges(DISCOVERY))
    assert statuses == {503}
    assert tries <= 3
    tenant.control("faults", [])
    elapse(COOL_DOWN)
    assert client.post("/auth/login/auth0/", {"next": "/"}).status_code == 303
