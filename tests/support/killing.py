"""Kills a worker at a point of its work: right before a call to the tenant or a write to the database.

What comes between two such points leaves no trace, so right before one is right after the one before it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from django.db import connection

from accounts.auth0.http import RetryTransport

WRITES = ("INSERT", "UPDATE", "DELETE")


class Killed(BaseException):
    """The worker is gone. No `except Exception` sees it, as none would see a kill."""


class Deadline:
    """Counts the points that a worker passes, and kills it at one; no `finally` gets it past that."""

    def __init__(self, point: int) -> None:
        self.point, self.passed = point, 0
        self.place = ""

    def pass_by(self, place: str) -> None:
        self.passed += 1
        if self.passed >= self.point:
            self.place = self.place or place
            raise Killed(place)


@contextmanager
def killed_at(point: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[Deadline]:
    """Kill whatever runs inside at the point of this number; what it has done by then stays done."""
    deadline = Deadline(point)
    send = RetryTransport.handle_request

    def call(self: RetryTransport, request: httpx.Request) -> httpx.Response:
        deadline.pass_by(f"{request.method} {request.url.path}")
        return send(self, request)

    def write(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if sql.startswith(WRITES):
            deadline.pass_by(sql[:60])
        return execute(sql, *rest)

    with monkeypatch.context() as patch, connection.execute_wrapper(write):
        patch.setattr(RetryTransport, "handle_request", call)
        yield deadline
