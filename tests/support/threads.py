"""Threads for tests of races, which leave no database connection open."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, ParamSpec, TypeVar

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

P = ParamSpec("P")
T = TypeVar("T")


class DatabaseThreads(ThreadPoolExecutor):
    """A pool whose threads close their connections: a forgotten one fails whichever test comes next."""

    def submit(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        return super().submit(_closing(work), *args, **kwargs)


def _closing(work: Callable[P, T]) -> Callable[P, T]:
    def run(*args: Any, **kwargs: Any) -> T:
        try:
            return work(*args, **kwargs)
        finally:
            for connection in connections.all(initialized_only=True):
                # SQLite's own `close` leaves a database in memory open.
                BaseDatabaseWrapper.close(connection)

    return run
