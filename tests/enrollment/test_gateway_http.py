"""The doorway: few and short retries, only where they do no harm, and timeouts that nobody can leave out."""

import socket
from collections.abc import Callable, Iterator

import httpx
import pytest
from django.utils import timezone
from pytest_django import Settings

from accounts.auth0 import http
from accounts.auth0.answers import json_of, retry_after_seconds
from accounts.auth0.http import RetryTransport, retry_delay
from tests.support.tenant import Tenant

TIMEOUT = httpx.Timeout(5, connect=3)
GET, DELETE = httpx.Request("GET", "http://localhost/"), httpx.Request("DELETE", "http://localhost/")


class Scripted(httpx.BaseTransport):
    """Gives one answer after the other, and keeps what it was asked."""

    def __init__(self, *answers: httpx.Response | httpx.TransportError) -> None:
        self.answers: Iterator[httpx.Response | httpx.TransportError] = iter(answers)
        self.asked: list[httpx.Request] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        answer = next(self.answers)
        if isinstance(answer, httpx.TransportError):
            raise answer
        return answer


def through(
    *answers: httpx.Response | httpx.TransportError, budget: float = 2
) -> tuple[RetryTransport, Scripted, list[float]]:
    inner, pauses = Scripted(*answers), list[float]()
    return RetryTransport(inner, TIMEOUT, budget, pauses.append), inner, pauses


def limited(**headers: str) -> httpx.Response:
    return httpx.Response(429, headers={name.replace("_", "-"): value for name, value in headers.items()})


def in_seconds(seconds: float) -> str:
    return str(int(timezone.now().timestamp() + seconds))


@pytest.mark.parametrize("request_", [GET, DELETE], ids=["read", "write"])
@pytest.mark.parametrize(
    "answer", [lambda: httpx.ConnectError("no"), lambda: limited(retry_after="1")], ids=["connect", "429"]
)
def test_call_that_was_surely_not_carried_out_is_tried_again(
    request_: httpx.Request, answer: Callable[[], httpx.Response | httpx.TransportError]
) -> None:
    transport, inner, pauses = through(answer(), httpx.Response(200))

    assert transport.handle_request(request_).status_code == 200
    assert len(inner.asked) == 2
    assert len(pauses) == 1


@pytest.mark.parametrize("status", [500, 502, 503])
def test_read_is_tried_again_after_a_server_error_and_a_write_is_not(status: int) -> None:
    transport, _inner, _pauses = through(httpx.Response(status), httpx.Response(200))
    assert transport.handle_request(GET).status_code == 200

    transport, inner, _pauses = through(httpx.Response(status), httpx.Response(200))
    assert transport.handle_request(DELETE).status_code == status
    assert len(inner.asked) == 1


@pytest.mark.parametrize("broken", [httpx.RemoteProtocolError("gone"), httpx.ReadError("gone")])
def test_write_whose_answer_broke_off_is_not_repeated(broken: httpx.TransportError) -> None:
    transport, inner, _pauses = through(broken, httpx.Response(200))

    with pytest.raises(type(broken)):
        transport.handle_request(DELETE)
    assert len(inner.asked) == 1


def test_read_whose_answer_broke_off_is_repeated() -> None:
    transport, _inner, _pauses = through(httpx.ReadError("gone"), httpx.Response(200))

    assert transport.handle_request(GET).status_code == 200


@pytest.mark.parametrize(
    "late", [httpx.ReadTimeout("late"), httpx.ConnectTimeout("late"), httpx.PoolTimeout("late")]
)
def test_timeout_is_not_repeated_since_it_cost_its_time_already(late: httpx.TransportError) -> None:
    transport, inner, _pauses = through(late, httpx.Response(200))

    with pytest.raises(type(late)):
        transport.handle_request(GET)
    assert len(inner.asked) == 1


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409])
def test_refusal_is_not_repeated(status: int) -> None:
    transport, inner, _pauses = through(httpx.Response(status), httpx.Response(200))

    assert transport.handle_request(GET).status_code == status
    assert len(inner.asked) == 1


def test_tries_are_bounded() -> None:
    transport, inner, pauses = through(*[httpx.Response(503) for _ in range(9)], budget=100)

    assert transport.handle_request(GET).status_code == 503
    assert len(inner.asked) == 3
    assert len(pauses) == 2


@pytest.mark.parametrize("headers", [{"retry_after": "30"}, {"x_ratelimit_reset": "9999999999"}])
def test_wait_beyond_the_budget_is_not_waited_for(headers: dict[str, str]) -> None:
    transport, inner, pauses = through(limited(**headers), httpx.Response(200))

    assert transport.handle_request(GET).status_code == 429
    assert len(inner.asked) == 1
    assert pauses == []


def test_budget_is_for_all_pauses_of_a_call_together() -> None:
    transport, inner, pauses = through(*[limited(retry_after="1") for _ in range(3)], budget=2)

    assert transport.handle_request(GET).status_code == 429
    assert len(inner.asked) == 2
    assert sum(pauses) <= 2


def test_timeouts_are_set_over_whatever_the_caller_asks_for() -> None:
    transport, inner, _pauses = through(httpx.Response(200))
    request = httpx.Request(
        "GET", "http://localhost/", extensions={"timeout": {"read": None, "connect": None}}
    )

    transport.handle_request(request)

    assert inner.asked[0].extensions["timeout"] == {"connect": 3, "read": 5, "write": 5, "pool": 5}


def test_retry_after_in_seconds_and_as_a_date_and_reset_are_understood() -> None:
    assert retry_after_seconds(httpx.Headers({"retry-after": "7", "x-ratelimit-reset": in_seconds(90)})) == 7
    assert retry_after_seconds(httpx.Headers({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"})) == 0
    reset = retry_after_seconds(httpx.Headers({"x-ratelimit-reset": in_seconds(60)}))
    assert reset is not None
    assert 58 < reset <= 60


@pytest.mark.parametrize(
    "headers", [{}, {"retry-after": "soon"}, {"x-ratelimit-reset": "never"}, {"retry-after": "-1"}]
)
def test_limit_without_a_sensible_time_is_backed_off_from(headers: dict[str, str]) -> None:
    assert retry_after_seconds(httpx.Headers(headers)) is None
    wait = retry_delay("GET", httpx.Response(429, headers=headers), 1)
    assert wait is not None
    assert 0 < wait < 1


@pytest.mark.parametrize(
    "headers",
    [
        {"retry-after": "9" * 30},
        {"retry-after": "9" * 5000},
        {"retry-after": "Fri, 31 Dec 9999 23:59:59 GMT"},
        {"x-ratelimit-reset": "9" * 30},
    ],
)
def test_wait_without_end_is_a_day(headers: dict[str, str]) -> None:
    assert retry_after_seconds(httpx.Headers(headers)) == 24 * 3600


def nested(depth: int) -> bytes:
    return b"[" * depth + b"]" * depth


@pytest.mark.parametrize("body", [nested(17), nested(700), nested(100_000), b'{"a":' * 100_000, b"\xff", b""])
def test_json_that_nothing_could_be_done_with_is_malformed(body: bytes) -> None:
    with pytest.raises(ValueError, match=r".*"):
        json_of(httpx.Response(200, content=body))
    assert json_of(httpx.Response(200, content=nested(16))) is not None


def test_answer_in_a_broken_encoding_is_one_that_broke_off(tenant: Tenant) -> None:
    tenant.fault("GET /.well-known/jwks.json", status=200, body="{}", headers={"Content-Encoding": "gzip"})
    with pytest.raises(httpx.RemoteProtocolError):
        http.client().get(f"{tenant.base_url}/.well-known/jwks.json")


def test_pauses_grow_and_differ_between_workers() -> None:
    first = {retry_delay("GET", httpx.Response(503), 1) or 0 for _ in range(20)}
    second = {retry_delay("GET", httpx.Response(503), 2) or 0 for _ in range(20)}

    assert len(first) > 1
    assert max(first) < min(second)


def test_client_is_one_for_all_with_the_same_settings(settings: Settings) -> None:
    assert http.client() is http.client()
    before = http.client()
    settings.TENANT_READ_TIMEOUT = 1.5
    assert http.client() is not before
    assert http.client().timeout.read == 1.5


PROXY = "http://proxy.example:3128"


@pytest.mark.parametrize(
    ("origin", "unproxied", "proxy"),
    [
        ("https://tenant.example", "", PROXY),
        ("https://tenant.example", "tenant.example", None),
        ("https://localhost:9000", "", None),
        ("http://127.0.0.1:9000", "", None),
    ],
)
def test_proxy_of_the_environment_is_used_except_for_this_machine(
    monkeypatch: pytest.MonkeyPatch, origin: str, unproxied: str, proxy: str | None
) -> None:
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, PROXY)
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.setenv(name, unproxied)

    assert http.proxy_for(origin) == proxy


def test_client_goes_through_the_proxy_of_the_environment(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(5)
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{listener.getsockname()[1]}")
        monkeypatch.setenv("no_proxy", "")
        settings.AUTH0_DOMAIN, settings.TENANT_READ_TIMEOUT = "tenant.example", 0.2
        with pytest.raises(httpx.TransportError):
            http.client().get("https://tenant.example/")
        asked, _address = listener.accept()
        with asked:
            assert asked.recv(100).startswith(b"CONNECT tenant.example:443 ")
