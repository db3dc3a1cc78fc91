"""Database and cache of a lane: in PostgreSQL and Redis where they are found, else in files."""

import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

import psycopg
import redis
from psycopg import sql

# Where CI has them, and whoever installed them as they come.
POSTGRES = "postgres://ci:ci@127.0.0.1:5432/ci"
REDIS = "redis://127.0.0.1:6379/0"
CONNECT_SECONDS = 2
TRAIL = "enrollment_activityevent"
# Longer than a worker takes from an answer of the tenant to its next write.
UNTIL_IT_WRITES = 0.7
WRITE_SECONDS = 10
# Not every call is followed by a row.
BLOCKED_SECONDS = 2


@dataclass(frozen=True)
class Servers:
    """The servers in use; empty for files."""

    postgres: str
    redis: str

    def __str__(self) -> str:
        return (
            f"{'PostgreSQL' if self.postgres else 'SQLite'}, {'Redis' if self.redis else 'a cache of files'}"
        )


def find_servers(environment: Mapping[str, str]) -> Servers:
    """Take those that the environment names, else those on the usual ports."""
    database = environment.get("DATABASE_URL") or POSTGRES
    cache = environment.get("CACHE_URL") or REDIS
    return Servers(
        database if database.startswith("postgres") and _answers_sql(database) else "",
        cache if cache.startswith("redis") and _answers_ping(cache) else "",
    )


def _answers_sql(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=CONNECT_SECONDS).close()
    except psycopg.Error:
        return False
    return True


def _answers_ping(url: str) -> bool:
    try:
        with redis.Redis.from_url(url, socket_connect_timeout=CONNECT_SECONDS) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False


class Database(Protocol):
    url: str

    def trail_held(self) -> AbstractContextManager[Callable[[], None]]:
        """Let nobody write the trail; the function given waits until somebody tries to."""

    def drop(self) -> None: ...


class Postgres:
    def __init__(self, server: str, name: str) -> None:
        self.server, self.name = server, name
        self._do("CREATE DATABASE {}")
        self.url = urlsplit(server)._replace(path=f"/{name}").geturl()

    @contextmanager
    def trail_held(self) -> Iterator[Callable[[], None]]:
        with psycopg.connect(self.url) as holder, psycopg.connect(self.url, autocommit=True) as watcher:
            holder.execute(f"LOCK TABLE {TRAIL} IN SHARE MODE")
            yield lambda: self._wait(watcher)

    def _wait(self, watcher: "psycopg.Connection[tuple[int]]") -> None:
        waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
        until = time.monotonic() + BLOCKED_SECONDS
        while time.monotonic() < until:
            found = watcher.execute(waiting).fetchone()
            if found and found[0]:
                return
            time.sleep(0.02)

    def drop(self) -> None:
        self._do("DROP DATABASE IF EXISTS {} WITH (FORCE)")

    def _do(self, statement: str) -> None:
        with psycopg.connect(self.server, autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(sql.Identifier(self.name)))


class Sqlite:
    def __init__(self, folder: Path) -> None:
        self.path = folder / "site.sqlite3"
        self.url = f"sqlite:///{self.path}"

    @contextmanager
    def trail_held(self) -> Iterator[Callable[[], None]]:
        holder = sqlite3.connect(self.path, timeout=WRITE_SECONDS, isolation_level=None)
        try:
            holder.execute("BEGIN IMMEDIATE")
            yield lambda: time.sleep(UNTIL_IT_WRITES)
        finally:
            holder.close()

    def drop(self) -> None:
        """Leave it to whoever made the folder."""


class Cache(Protocol):
    url: str
    prefix: str

    def clear(self) -> None: ...


class RedisCache:
    """Keys of its own in a database that others may use as well."""

    def __init__(self, server: str, name: str) -> None:
        self.url, self.prefix = server, name
        self.client = redis.Redis.from_url(server)

    def clear(self) -> None:
        if keys := list(self.client.scan_iter(f"{self.prefix}:*")):
            self.client.delete(*keys)


class FileCache:
    def __init__(self, folder: Path) -> None:
        self.folder, self.prefix = folder / "cache", ""
        self.url = f"filecache://{self.folder}"

    def clear(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)


@contextmanager
def stores(servers: Servers, folder: Path, name: str) -> Iterator[tuple[Database, Cache]]:
    """Make both, empty; nothing of them is left at the end."""
    database: Database = Postgres(servers.postgres, name) if servers.postgres else Sqlite(folder)
    cache: Cache = RedisCache(servers.redis, name) if servers.redis else FileCache(folder)
    try:
        yield database, cache
    finally:
        database.drop()
        cache.clear()
