"""`make demo`: the local tenant and the site, side by side, until Ctrl-C or until one of them ends."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import FrameType
from typing import Any

from rich.console import Console

from tools.demo_words import explain

ROOT = Path(__file__).resolve().parent.parent
STATE = ROOT / ".demo"
START_SECONDS = 60


class DemoError(Exception):
    """Something that the person at the terminal can put right; the message says how."""


class StopSignal(Exception):  # noqa: N818  # not an error: somebody wants it to end
    """Ctrl-C, or a polite `kill`."""


def main() -> int:
    """Start, explain, watch, stop."""
    console = Console(highlight=False)
    for kind in (signal.SIGINT, signal.SIGTERM):
        signal.signal(kind, _stop)
    running: dict[str, subprocess.Popen[bytes]] = {}
    try:
        _run(console, running)
    except StopSignal:
        console.print("\nStopped.")
    except DemoError as error:
        console.print(str(error), style="bold red", soft_wrap=True)
        return 1
    finally:
        _end(running)
    return 0


def _run(console: Console, running: dict[str, subprocess.Popen[bytes]]) -> None:
    site, tenant = _port("PORT", 8000), _port("TENANT_PORT", 9000)
    for name, port, what in (("PORT", site, "the site"), ("TENANT_PORT", tenant, "the local tenant")):
        _check_free(name, port, what)
    STATE.mkdir(exist_ok=True)
    with console.status("Starting the local tenant …"):
        running["tenant"] = _start("tenant", [*_tenant_command(tenant)], os.environ.copy(), pipe=True)
        facts = _facts(running["tenant"])
    environment = _environment(facts)
    with console.status("Preparing the database and the static files …"):
        _manage(environment, "migrate")
        _manage(environment, "collectstatic", "--no-input")
    with console.status("Starting the site …"):
        command = [sys.executable, "manage.py", "runserver", "--noreload", f"localhost:{site}"]
        running["site"] = _start("site", command, environment)
        _wait_until_up(running["site"], f"http://localhost:{site}/healthz")
    explain(console, f"http://localhost:{site}", facts, [_here(STATE / "mail"), _here(_log("site"))])
    _watch(running)


def _port(name: str, default: int) -> int:
    value = os.environ.get(name) or str(default)
    if not value.isdigit() or not 0 < int(value) < 2**16:
        raise DemoError(f"{name}={value} is not a port number: try {name}={default}.")
    return int(value)


def _check_free(name: str, port: int, what: str) -> None:
    for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        try:
            with socket.socket(family, socket.SOCK_STREAM) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind((host, port))
        except OSError as error:
            # A machine without IPv6 is fine; a port that somebody else holds is not.
            if error.errno in _TAKEN:
                raise DemoError(
                    f"Port {port} is taken: give {what} another with {name}={port + 1}."
                ) from None


_TAKEN = {13, 48, 98}  # EACCES, and EADDRINUSE on macOS and on Linux


def _tenant_command(port: int) -> list[str]:
    state = str(STATE / "tenant.json")
    # Any port, so that PORT=8001 needs no new callback URL.
    options = ["--port", str(port), "--state", state, "--json", "--any-loopback-port"]
    return [sys.executable, "-m", "devtenant", *options]


def _start(
    name: str, command: list[str], environment: dict[str, str], *, pipe: bool = False
) -> subprocess.Popen[bytes]:
    with _log(name).open("ab") as log:
        return subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if pipe else log,
            stderr=log,
        )


def _facts(process: subprocess.Popen[bytes]) -> dict[str, Any]:
    line = process.stdout.readline() if process.stdout else b""
    if not line.strip():
        raise DemoError(f"The local tenant did not start:\n{_last_words('tenant')}")
    facts: dict[str, Any] = json.loads(line)
    return facts


def _environment(facts: dict[str, Any]) -> dict[str, str]:
    """What `.env` would say; `.env` itself is for a real tenant and not read here."""
    web, management = facts["clients"]["web"], facts["clients"]["management"]
    return os.environ | {
        "ENV_FILE": "",
        "DEBUG": os.environ.get("DEBUG", "0"),
        "SITE_HTTPS": "0",
        "SECRET_KEY": "demo-secret-key-of-make-demo-0123456789-abcdefghijklmnopqrstuvwxyz",
        "ALLOWED_HOSTS": "localhost,127.0.0.1,[::1]",
        "AUTH0_DOMAIN": facts["base_url"].split("://")[1],
        "AUTH0_CLIENT_ID": web["client_id"],
        "AUTH0_CLIENT_SECRET": web["client_secret"],
        "AUTH0_MGMT_CLIENT_ID": management["client_id"],
        "AUTH0_MGMT_CLIENT_SECRET": management["client_secret"],
        "AUTH0_ROLES_CLAIM": facts.get("roles_claim", "https://mfaproject.example/roles"),
        "DATABASE_URL": f"sqlite:///{STATE / 'db.sqlite3'}",
        "CACHE_URL": "locmemcache://",
        "EMAIL_URL": f"filemail://{STATE / 'mail'}",
        "STATIC_ROOT": str(STATE / "static"),
        "HIDE_PRODUCTION_WARNING": "true",
        "PYTHONUNBUFFERED": "1",
    }


def _manage(environment: dict[str, str], *arguments: str) -> None:
    command = [sys.executable, "manage.py", *arguments, "--verbosity", "0"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise DemoError(f"`manage.py {arguments[0]}` failed:\n{done.stderr[-3000:]}")


def _wait_until_up(process: subprocess.Popen[bytes], url: str) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for _ in range(START_SECONDS * 10):
        if process.poll() is not None:
            break
        try:
            with opener.open(url, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise DemoError(f"The site did not start:\n{_last_words('site')}")


def _here(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _log(name: str) -> Path:
    return STATE / f"{name}.log"


def _last_words(name: str) -> str:
    return _log(name).read_text(errors="replace")[-3000:].strip() or "(it said nothing)"


def _watch(running: dict[str, subprocess.Popen[bytes]]) -> None:
    while True:
        for name, process in running.items():
            if (status := process.poll()) is not None:
                raise DemoError(f"The {name} ended with status {status}:\n{_last_words(name)}")
        time.sleep(0.5)


def _end(running: dict[str, subprocess.Popen[bytes]]) -> None:
    """A second Ctrl-C must not leave anything behind, so signals are no longer heard from here on."""
    for kind in (signal.SIGINT, signal.SIGTERM):
        signal.signal(kind, signal.SIG_IGN)
    for process in running.values():
        if process.poll() is None:
            process.terminate()
    for process in running.values():
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(5)


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise StopSignal


if __name__ == "__main__":
    sys.exit(main())
