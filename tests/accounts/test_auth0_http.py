"""The client for the tenant against those that never finish: a byte a second, silence, no end."""

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from pytest_django import Settings

from accounts.auth0 import http
from accounts.auth0.network import deadline_in
from accounts.middleware import TenantDeadlineMiddleware
from tests.support.tenant import Tenant

Talk = Callable[[socket.socket], None]


@contextmanager
def talking(talk: Talk) -> Iterator[str]:
    """A server that says to each connection what `talk` does; gives its address."""
    server = socket.create_server(("127.0.0.1", 0))

    def answer(connection: socket.socket) -> None:
        with suppress(OSError), connection:
            connection.recv(65536)
            talk(connection)

    def serve() -> None:
        with suppress(OSError):
            while True:
                connection, _address = server.accept()
                threading.Thread(target=answer, args=(connection,), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    with server:
        yield f"127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)


def slowly(text: bytes) -> Talk:
    def talk(connection: socket.socket) -> None:
        for byte in text:
            connection.sendall(bytes([byte]))
            time.sleep(0.1)

    return talk


def silence(connection: socket.socket) -> None:
    connection.recv(1)


def without_end(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 300000000\r\n\r\n")
    for _ in range(300):
        connection.sendall(b"x" * 1_000_000)


HEADERS = b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 400
BODY = b"HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n" + b"x" * 400


def begin_body(connection: socket.socket) -> None:
    connection.sendall(BODY[:42])
    slowly(BODY[42:])(connection)


@pytest.mark.parametrize("talk", [slowly(HEADERS), begin_body, silence], ids=["headers", "body", "silence"])
def test_slow_answer_ends_with_the_call(settings: Settings, talk: Talk) -> None:
    settings.TENANT_CONNECT_TIMEOUT, settings.TENANT_READ_TIMEOUT = 0.3, 0.5
    settings.TENANT_RETRY_BUDGET = 0
    with talking(talk) as domain:
        settings.AUTH0_DOMAIN, began = domain, time.monotonic()
        with pytest.raises(http.TimeoutException):
            http.client().get(f"http://{domain}/")
    assert time.monotonic() - began < 3


def test_all_calls_of_a_request_end_with_it(settings: Settings, rf: RequestFactory) -> None:
    settings.TENANT_REQUEST_TIMEOUT = 0.5

    def page(_request: HttpRequest) -> HttpResponse:
        for _ in range(5):
            with pytest.raises(http.TransportError):
                http.client().get(f"http://{domain}/")
        return HttpResponse()

    with talking(silence) as domain:
        settings.AUTH0_DOMAIN, began = domain, time.monotonic()
        assert TenantDeadlineMiddleware(page)(rf.get("/")).status_code == 200
    assert 0.4 < time.monotonic() - began < 3


def test_call_after_the_deadline_is_not_sent(tenant: Tenant) -> None:
    http.client()
    with deadline_in(0), pytest.raises(http.ConnectTimeout):
        http.client().post(f"{tenant.base_url}/oauth/token")
    assert tenant.exchanges() == []


def test_middleware_is_the_first_one(settings: Settings) -> None:
    assert settings.MIDDLEWARE[0] == "accounts.middleware.TenantDeadlineMiddleware"


def test_answer_without_end_is_not_read() -> None:
    """In a process of its own, whose memory can be measured."""
    program = """
import resource, sys
import django; django.setup()
from accounts.auth0 import http
from accounts.auth0.http import TooLargeError
def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
http.client(); before = peak()
try: http.client().get(sys.argv[1])
except TooLargeError: print(peak() - before)
"""
    with talking(without_end) as domain:
        done = subprocess.run(
            [sys.executable, "-c", program, f"http://{domain}/"],
            env={"DJANGO_SETTINGS_MODULE": "tests.settings", "PATH": "", "AUTH0_DOMAIN": domain},
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
    assert int(done.stdout) < 20_000  # kilobytes


def test_cookies_of_the_tenant_go_to_nobody(tenant: Tenant) -> None:
    path = "/.well-known/jwks.json"
    tenant.fault(f"GET {path}", status=200, body="{}", headers={"Set-Cookie": "did=somebody"}, times=1)
    answer = http.client().get(f"{tenant.base_url}{path}")
    assert "set-cookie" not in answer.headers
    assert not http.client().cookies
