"""A proxy between site and tenant that lets single calls fail, in any way that a network or a server can."""

import http.client
import re
import select
import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from typing import Any

from tests.faults.listener import Listener

# What the site itself asks for; everything else is a browser's, or a test's.
SITE_PATHS = ("/oauth/", "/.well-known/", "/userinfo", "/api/v2/", "/me/", "/dbconnections/")
HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length"}
UPSTREAM_SECONDS = 30
LONGEST_HANG = 30
RESET = struct.pack("ii", 1, 0)


@dataclass(frozen=True)
class Call:
    """One route of the tenant; ids are left out."""

    method: str
    route: str

    def __str__(self) -> str:
        return f"{self.method} {self.route}"

    @property
    def is_write(self) -> bool:
        """Whether it changes something that people see."""
        return self.method != "GET" and not self.route.startswith("/oauth/")


def call_of(method: str, path: str) -> Call:
    """Name the route of a request: ids of the tenant's hold a bar."""
    return Call(method, re.sub(r"/[^/]*(?:%7C|\|)[^/]*", "/*", path.partition("?")[0]))


@dataclass(frozen=True)
class Answer:
    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


class Exchange:
    """One request that has come, for a fault to deal with."""

    def __init__(self, handler: "_Handler") -> None:
        self._handler = handler

    def forward(self) -> Answer:
        """Let the tenant act."""
        return self._handler.forward()

    def send(self, answer: Answer, *, promised: int | None = None) -> None:
        """Answer; `promised` bytes are announced, where they are not those that come."""
        self._handler.send(answer, promised=promised)

    def drop(self) -> None:
        """Reset the connection."""
        self._handler.drop()

    def hang(self) -> None:
        """Say nothing until the other side gives up."""
        select.select([self._handler.connection], [], [], LONGEST_HANG)


Fault = Callable[[Exchange], None]


@dataclass
class _Order:
    """A fault at a call, from so many of its kind on."""

    call: Call
    skip: int
    fault: Fault


class FaultProxy:
    """Listens on a port of its own; `calls` are those of the site since the last `arm`."""

    def __init__(self, tenant_port: int) -> None:
        self.tenant_port = tenant_port
        self._lock = threading.Lock()
        self._busy = 0
        self._order: _Order | None = None
        self._refuse_after: int | None = None
        self.calls: list[Call] = []
        self._listener = Listener(self._serve)
        self.port = self._listener.port

    # What is to happen

    def arm(self, call: Call, skip: int, fault: Fault) -> None:
        """Let a call fail from now on, after so many of it that do not."""
        self.calls = []
        self._order = _Order(call, skip, fault)

    def watch(self) -> None:
        """Let all pass, and note what does."""
        self.calls = []

    def refuse_after(self, number: int) -> None:
        """Refuse every connection once so many calls were answered."""
        self.calls = []
        self._refuse_after = number
        if number == 0:
            self._listener.shut()

    def disarm(self) -> None:
        """Behave again."""
        self._order = None
        if self._refuse_after is not None:
            self._refuse_after = None
            self._listener.open()

    @property
    def is_busy(self) -> bool:
        """Whether a call is still under way."""
        return self._busy > 0

    def close(self) -> None:
        self._listener.close()

    # Plumbing

    def _serve(self, connection: socket.socket, address: Any) -> None:
        _Handler(connection, address, self)  # type: ignore[arg-type]  # of its server it asks nothing else

    def fault_for(self, call: Call) -> Fault | None:
        with self._lock:
            self.calls.append(call)
            order = self._order
            if order is None or order.call != call:
                return None
            order.skip -= 1
            return order.fault if order.skip < 0 else None

    def ends_after(self) -> bool:
        """Close the door behind this call where it was the last one; say whether it was."""
        if self._refuse_after is None or len(self.calls) < self._refuse_after:
            return False
        self._listener.shut()
        return True

    def count(self, number: int) -> None:
        with self._lock:
            self._busy += number


class _Handler(BaseHTTPRequestHandler):
    """One connection: reads requests, and lets them pass or fail."""

    protocol_version = "HTTP/1.1"
    wbufsize = 64 * 1024
    disable_nagle_algorithm = True

    server: FaultProxy  # type: ignore[assignment]  # see `Listener`

    def __getattr__(self, name: str) -> Any:
        """Serve every method alike."""
        if name.startswith("do_"):
            return self._serve
        raise AttributeError(name)

    def _serve(self) -> None:
        self.body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if not self.path.startswith(SITE_PATHS):
            self.send(self.forward())
            return
        fault = self.server.fault_for(call_of(self.command, self.path))
        self.server.count(1)
        try:
            if fault:
                self.close_connection = True
                fault(Exchange(self))
            else:
                self._pass()
        except OSError:
            self.close_connection = True
        finally:
            self.server.count(-1)

    def _pass(self) -> None:
        answer = self.forward()
        if self.server.ends_after():
            self.close_connection = True
        self.send(answer)

    def forward(self) -> Answer:
        upstream = http.client.HTTPConnection("127.0.0.1", self.server.tenant_port, timeout=UPSTREAM_SECONDS)
        try:
            sent = {name: value for name, value in self.headers.items() if name.lower() not in HOP_BY_HOP}
            upstream.request(self.command, self.path, body=self.body or None, headers=sent)
            response = upstream.getresponse()
            headers = tuple(pair for pair in response.getheaders() if pair[0].lower() not in HOP_BY_HOP)
            return Answer(response.status, headers, response.read())
        finally:
            upstream.close()

    def send(self, answer: Answer, *, promised: int | None = None) -> None:
        self.send_response_only(answer.status)
        for name, value in answer.headers:
            self.send_header(name, value)
        if answer.status != http.client.NO_CONTENT:
            self.send_header("Content-Length", str(len(answer.body) if promised is None else promised))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)
        self.wfile.flush()

    def drop(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        self.connection.close()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the parent's name for it
        """Say nothing: queries here hold codes and states."""
