"""The local tenant and the site as processes that tools start, wait for and end."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 60
# As in production, by gunicorn.conf.py; what still runs at the end gets less time than `stop` gives.
SERVER = ("-m", "gunicorn", "mfaproject.wsgi", "--access-logfile", "-", "--graceful-timeout", "3")
# What ends a program politely; the last one comes where its terminal is closed.
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
Process = subprocess.Popen[bytes]


class StartError(Exception):
    """Something that the person at the terminal can put right; the message says how."""


@contextmanager
def held_back() -> Iterator[None]:
    """Let signals wait: one that interrupts the start of a process leaves one behind that nobody knows."""
    came: list[int] = []
    # What is ignored stays so, here and in what is started.
    kinds = [kind for kind in STOPPING if signal.getsignal(kind) != signal.SIG_IGN]
    usual = {kind: signal.signal(kind, lambda number, _frame: came.append(number)) for kind in kinds}
    try:
        yield
    finally:
        for kind, handler in usual.items():
            signal.signal(kind, handler)
        for number in came:
            signal.raise_signal(number)


class Stage:
    """A folder with all the state of one tenant and one site, their logs, and their processes."""

    def __init__(self, folder: Path) -> None:
        # Whole: the site reads some of these paths as ones from its own folder.
        self.folder = folder.resolve()
        self.running: dict[str, Process] = {}
        folder.mkdir(parents=True, exist_ok=True)

    def start_tenant(self, port: int) -> dict[str, Any]:
        """Start the tenant; what it says about itself comes back."""
        # Any port, so that a site on another port than 8000 needs no new callback URL.
        options = [
            "--port",
            str(port),
            "--state",
            str(self.folder / "tenant.json"),
            "--json",
            "--any-loopback-port",
        ]
        process = self._start("tenant", ["-m", "devtenant", *options], os.environ.copy(), pipe=True)
        line = process.stdout.readline() if process.stdout else b""
        if not line.strip():
            raise StartError(f"The local tenant did not start:\n{self.last_words('tenant')}")
        facts: dict[str, Any] = json.loads(line)
        return facts

    def start_site(self, port: int, facts: dict[str, Any], actions: Sequence[str] = ()) -> str:
        """Prepare and start the site against that tenant; its address comes back once it answers.

        The tenant gets these post-login Actions, or the recommended ones.
        """
        environment = self.environment(facts)
        self.settings_file.write_text(
            "".join(f"{name}={value}\n" for name, value in self.settings(facts).items())
        )
        self.manage(environment, "migrate")
        self.manage(environment, "collectstatic", "--no-input")
        for step in ("deploy", "bind"):
            self.manage(environment, "mfa_actions", step, *actions, "--reason", "Set up", "--yes")
        server = [*SERVER, "--bind", f"localhost:{port}"]
        address = f"http://localhost:{port}"
        self._wait(self._start("site", server, environment), f"{address}/healthz")
        _tell_of_logouts(facts, address)
        return address

    @property
    def settings_file(self) -> Path:
        """For commands that somebody runs beside the site, as `ENV_FILE`."""
        return self.folder / "env"

    def environment(self, facts: dict[str, Any]) -> dict[str, str]:
        """What the site is started with; `.env` is for a real tenant and not read here."""
        own = {
            "DJANGO_SETTINGS_MODULE": "mfaproject.settings",
            "ENV_FILE": "",
            "PYTHONUNBUFFERED": "1",
            # The cache is this one process's memory, and an answer of it is what the next request needs.
            "WEB_CONCURRENCY": "1",
            "GUNICORN_CMD_ARGS": "",
        }
        return os.environ | own | self.settings(facts)

    def settings(self, facts: dict[str, Any]) -> dict[str, str]:
        """What `.env` would say."""
        web, management = facts["clients"]["web"], facts["clients"]["management"]
        return {
            "DEBUG": os.environ.get("DEBUG", "0"),
            "SITE_HTTPS": "0",
            "SECRET_KEY": "demo-secret-key-of-make-demo-0123456789-abcdefghijklmnopqrstuvwxyz",
            "ALLOWED_HOSTS": "localhost,127.0.0.1,[::1]",
            "AUTH0_DOMAIN": facts["base_url"].split("://")[1],
            "AUTH0_CLIENT_ID": web["client_id"],
            "AUTH0_CLIENT_SECRET": web["client_secret"],
            "AUTH0_MGMT_CLIENT_ID": management["client_id"],
            "AUTH0_MGMT_CLIENT_SECRET": management["client_secret"],
            "AUTH0_ROLES_CLAIM": "https://mfaproject.example/roles",
            "DATABASE_URL": f"sqlite:///{self.folder / 'db.sqlite3'}",
            "CACHE_URL": "locmemcache://",
            # Three slashes lead to a path from where the site runs, four to the whole one.
            "EMAIL_URL": f"filemail:///{self.folder / 'mail'}",
            "STATIC_ROOT": str(self.folder / "static"),
        }

    def manage(self, environment: dict[str, str], *arguments: str) -> None:
        """Run one of the site's commands."""
        # Before a command's own subcommand, which knows no such option.
        command = [sys.executable, "manage.py", arguments[0], "--verbosity", "0", *arguments[1:]]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise StartError(f"`manage.py {arguments[0]}` failed:\n{done.stderr[-3000:]}")

    def end_of(self, name: str) -> str:
        """How a process ended, with its last words; nothing while it runs."""
        status = self.running[name].poll()
        return "" if status is None else f"The {name} ended with status {status}:\n{self.last_words(name)}"

    def stop(self) -> None:
        """End what was started here, gently at first."""
        for process in self.running.values():
            if process.poll() is None:
                process.terminate()
        for process in self.running.values():
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(5)

    def log(self, name: str) -> Path:
        """Where a process writes what it has to say."""
        return self.folder / f"{name}.log"

    def last_words(self, name: str) -> str:
        """The end of its log."""
        return self.log(name).read_text(errors="replace")[-3000:].strip() or "(it said nothing)"

    def _start(
        self, name: str, arguments: list[str], environment: dict[str, str], *, pipe: bool = False
    ) -> Process:
        with self.log(name).open("ab") as log, held_back():
            self.running[name] = subprocess.Popen(
                [sys.executable, *arguments],
                cwd=ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE if pipe else log,
                stderr=log,
            )
        return self.running[name]

    def _wait(self, process: Process, url: str) -> None:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        for _ in range(START_SECONDS * 10):
            if process.poll() is not None:
                break
            try:
                with opener.open(url, timeout=5):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        raise StartError(f"The site did not start:\n{self.last_words('site')}")


def _tell_of_logouts(facts: dict[str, Any], address: str) -> None:
    """Have the tenant tell the site of every session that ends there."""
    order = {
        "client_id": facts["clients"]["web"]["client_id"],
        "backchannel_logout_urls": [f"{address}/auth/backchannel-logout/"],
        "backchannel_logout_initiators": ["all"],
    }
    request = urllib.request.Request(  # noqa: S310  # the local tenant's own address
        f"{facts['base_url']}/dev/clients", json.dumps(order).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=5):  # noqa: S310  # as above
        pass
