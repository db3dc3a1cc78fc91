"""Deadlines of calls to the tenant, kept at the socket: no answer of a byte a second outlasts them."""

import socket
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from ssl import SSLContext
from typing import Any

import httpcore

Options = Iterable[tuple[Any, ...]] | None

_deadline: ContextVar[float | None] = ContextVar("tenant_deadline", default=None)


@contextmanager
def deadline_in(seconds: float) -> Iterator[None]:
    """End all calls made inside after so many seconds; an earlier deadline around this one stays."""
    ours, outer = time.monotonic() + seconds, _deadline.get()
    token = _deadline.set(ours if outer is None else min(ours, outer))
    try:
        yield
    finally:
        _deadline.reset(token)


def seconds_left() -> float | None:
    """Return the seconds until the deadline, negative once it has passed; None where there is none."""
    deadline = _deadline.get()
    return None if deadline is None else deadline - time.monotonic()


def _limited(timeout: float | None, late: type[Exception]) -> float | None:
    """Shorten a timeout to what is left; raises `late` where nothing is."""
    left = seconds_left()
    if left is None:
        return timeout
    if left <= 0:
        raise late("deadline")
    return left if timeout is None else min(timeout, left)


class DeadlineStream(httpcore.NetworkStream):
    """A connection whose every read and write ends at the deadline of whoever uses it at the moment."""

    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self.inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self.inner.read(max_bytes, _limited(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.inner.write(buffer, _limited(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self.inner.close()

    def start_tls(
        self, ssl_context: SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        limited = _limited(timeout, httpcore.ConnectTimeout)
        return DeadlineStream(self.inner.start_tls(ssl_context, server_hostname, limited))

    def get_extra_info(self, info: str) -> Any:
        return self.inner.get_extra_info(info)


class DeadlineBackend(httpcore.NetworkBackend):
    """Opens connections within the deadline, all addresses of a host together.

    The system's resolver has no timeout here: `resolv.conf` limits it.
    """

    def __init__(self) -> None:
        self.inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Options = None,
    ) -> httpcore.NetworkStream:
        ends_at = None if timeout is None else time.monotonic() + timeout
        failure: Exception = httpcore.ConnectError(host)
        for address in _addresses(host, port):
            left = None if ends_at is None else ends_at - time.monotonic()
            if left is not None and left <= 0:
                break
            limited = _limited(left, httpcore.ConnectTimeout)
            try:
                return DeadlineStream(
                    self.inner.connect_tcp(address, port, limited, local_address, socket_options)
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure


def _addresses(host: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise httpcore.ConnectError(str(error)) from error
    return list(dict.fromkeys(str(address[0]) for *_, address in found))
