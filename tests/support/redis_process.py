"""A Redis of the test's own, which can hang, come back and die; and what the site makes of its address."""

import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
import redis

from mfaproject.environment import REDIS, with_redis_options

STARTS_WITHIN = 20


def caches_at(port: int) -> dict[str, Any]:
    """The site's CACHES with Redis at this port."""
    return {"default": with_redis_options({"BACKEND": REDIS, "LOCATION": f"redis://127.0.0.1:{port}/0"})}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


@contextmanager
def silent_server() -> Iterator[int]:
    """A server that accepts and never answers; gives its port."""
    with socket.create_server(("127.0.0.1", 0), backlog=100) as server:
        yield server.getsockname()[1]


class RedisProcess:
    """A started redis-server, which keeps nothing on disk."""

    def __init__(self) -> None:
        if not (program := shutil.which("redis-server")):
            pytest.skip("redis-server is not installed")
        self.port = free_port()
        options = {"port": str(self.port), "bind": "127.0.0.1", "save": "", "appendonly": "no"}
        arguments = [part for name, value in options.items() for part in (f"--{name}", value)]
        self.process = subprocess.Popen([program, *arguments], stdout=subprocess.DEVNULL)
        self.client = redis.Redis(host="127.0.0.1", port=self.port)
        deadline = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < deadline:
            with suppress(redis.ConnectionError):
                self.client.ping()
                return
            time.sleep(0.05)
        raise AssertionError("redis-server did not start")

    def freeze(self) -> None:
        """Stop it where it is: connections stay, and nothing answers."""
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def die(self) -> None:
        self.process.kill()
        self.process.wait(10)

    def entries(self) -> dict[str, bytes]:
        """Everything that is in it, as it lies there."""
        client: Any = self.client
        return {key.decode(): client.get(key) for key in list(client.scan_iter())}

    def close(self) -> None:
        self.client.close()
        self.die()
