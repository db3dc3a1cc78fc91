"""Replicas of the site: gunicorns with one worker each, that can be killed as a machine kills them."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import requests

from tools import ports
from tools.processes import ROOT

START_SECONDS = 60
SERVE = (
    *(sys.executable, "-m", "gunicorn", "mfaproject.wsgi"),
    *("--workers", "1", "--threads", "8", "--graceful-timeout", "3"),
)


class Replica:
    """One gunicorn, in a process group of its own."""

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        self.environment, self.log = environment, log
        self.port = ports.free()
        self.url = f"http://localhost:{self.port}"
        self.process = self._start()

    def _start(self) -> "subprocess.Popen[bytes]":
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [*SERVE, "--bind", f"127.0.0.1:{self.port}"],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def wait(self) -> None:
        """Wait until it answers."""
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until and not self.is_dead:
            if self.is_up:
                return
            time.sleep(0.05)
        raise RuntimeError(f"A replica did not start:\n{self.log.read_text(errors='replace')[-3000:]}")

    def kill(self) -> None:
        """Kill master and worker at once: nothing of theirs runs any more, no `finally` either."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    @property
    def is_up(self) -> bool:
        try:
            return requests.get(f"{self.url}/healthz", timeout=5).ok
        except requests.RequestException:
            return False

    @property
    def is_dead(self) -> bool:
        return self.process.poll() is not None

    def restart(self) -> None:
        """Start it again on the same port, without waiting."""
        self.process = self._start()

    def stop(self) -> None:
        """End it gently, or else at once."""
        if self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.kill()
