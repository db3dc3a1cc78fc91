"""Listening on loopback, and nowhere else."""

from __future__ import annotations

import errno
import io
import socket
import threading
from collections.abc import Iterable
from typing import cast

from flask import Flask
from werkzeug.datastructures import Headers
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.test import run_wsgi_app

LOOPBACK = {"localhost": ("127.0.0.1", "::1"), "127.0.0.1": ("127.0.0.1",), "::1": ("::1",)}


class PortTakenError(Exception):
    """Somebody else listens on the port already."""


class Handler(WSGIRequestHandler):
    """Quiet, fast, and keeps connections: Werkzeug's own handler closes each, after a pause of 10 ms."""

    protocol_version = "HTTP/1.1"
    # Head and body leave as one piece, at once: two would wake the reader twice, and Nagle's algorithm holds
    # what is left of a longer answer back for 40 ms.
    wbufsize = 64 * 1024
    disable_nagle_algorithm = True

    def run_wsgi(self) -> None:
        """Read the request whole, so that the next one on this connection begins where it should."""
        environ = self.make_environ()
        length = int(environ.get("CONTENT_LENGTH") or 0)
        if environ.get("wsgi.input_terminated"):
            self.close_connection = True
        else:
            environ["wsgi.input"] = io.BytesIO(self.rfile.read(length) if length else b"")
        try:
            self._send(*run_wsgi_app(self.server.app, environ, buffered=True))
        except (ConnectionError, TimeoutError):
            self.close_connection = True

    def _send(self, parts: Iterable[bytes], status: str, headers: Headers) -> None:
        body, (code, _, reason) = b"".join(parts), status.partition(" ")
        self.send_response(int(code), reason)
        for name, value in headers:
            self.send_header(name, value)
        if "Content-Length" not in headers and code != "204":
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
        self.wfile.flush()

    def date_time_string(self, timestamp: float | None = None) -> str:
        """Write the Date header by the tenant's own clock."""
        now: float = cast(Flask, self.server.app).extensions["store"].now()
        return super().date_time_string(now if timestamp is None else timestamp)

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002  # the parent's name for it
        """Say nothing of requests: queries here hold codes and states."""
        if type == "error":
            super().log(type, message, *args)


def listen(host: str, port: int) -> list[socket.socket]:
    """Bind every loopback address of `host` to one port; port 0 takes a free one."""
    sockets: list[socket.socket] = []
    for address in LOOPBACK[host]:
        try:
            bound = _bind(address, sockets[0].getsockname()[1] if sockets else port)
        except OSError as error:
            _close(sockets, error)
            continue
        sockets.append(bound)
    if not sockets:
        raise PortTakenError
    return sockets


def serve(app: Flask, sockets: Iterable[socket.socket]) -> list[BaseWSGIServer]:
    """Answer on these sockets from background threads."""
    servers = [_server(app, bound) for bound in sockets]
    for server in servers:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    return servers


def _bind(address: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            bound.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        bound.bind((address, port))
        bound.listen(128)
    except OSError:
        bound.close()
        raise
    return bound


def _close(sockets: list[socket.socket], error: OSError) -> None:
    """A machine without IPv6 is served on IPv4 alone; a port that is taken on either is taken."""
    if error.errno == errno.EADDRINUSE:
        for bound in sockets:
            bound.close()
        raise PortTakenError from error


def _server(app: Flask, bound: socket.socket) -> BaseWSGIServer:
    address, port = bound.getsockname()[:2]
    server = make_server(address, port, app, threaded=True, request_handler=Handler, fd=bound.fileno())
    bound.close()
    return server
