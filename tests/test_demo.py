"""`make demo` as the person at the terminal meets it: a started process, looked at from outside."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from tests.support.tenant_pages import Page, Returned, TenantBrowser
from tools import ports
from tools.processes import Stage, StartError

ROOT = Path(__file__).resolve().parent.parent
WAIT_SECONDS = 60
# Whatever hangs, its output ends with it, and so does the test.
LONGEST_SECONDS = 180


@contextmanager
def demo(folder: Path, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """The demo with its state in a folder of its own; ended by its id whatever happens."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tools.demo"],
        cwd=ROOT,
        env=os.environ | {"DEMO_STATE": str(folder), "COLUMNS": "120", "NO_COLOR": "1"} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    limit = threading.Timer(LONGEST_SECONDS, process.kill)
    limit.start()
    try:
        yield process
    finally:
        limit.cancel()
        if process.poll() is None:
            process.terminate()
        process.wait(WAIT_SECONDS)
        if process.stdout:
            process.stdout.close()


def said_until(process: subprocess.Popen[str], last: str) -> str:
    """What it has printed up to and including the line with that text."""
    lines = []
    for line in process.stdout or ():
        lines.append(line)
        if last in line:
            return "".join(lines)
    raise AssertionError(f"ended without {last!r}: {''.join(lines)}")


@dataclass(frozen=True)
class Running:
    """A demo that tests look at and leave as it is."""

    folder: Path
    site: str
    said: str

    def log_with(self, line: str) -> str:
        """The site's log once that line is there: it is written after the answer has gone."""
        for _ in range(WAIT_SECONDS * 10):
            if line in (log := (self.folder / "site.log").read_text()):
                return log
            time.sleep(0.1)
        raise AssertionError(f"{line!r} is not in the log: {log}")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One for all that only look: each start takes seconds."""
    folder, port = tmp_path_factory.mktemp("demo"), ports.free()
    with demo(folder, PORT=str(port), TENANT_PORT=str(ports.free())) as process:
        yield Running(folder, f"http://localhost:{port}", said_until(process, "Ctrl-C"))


def begin_sign_in(browser: requests.Session, site: str) -> str:
    """The address that the button of the sign-in page sends this browser to."""
    page = browser.get(f"{site}/sign-in/", timeout=10).text
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    form = {"csrfmiddlewaretoken": token.group(1) if token else "", "next": "/"}
    return browser.post(f"{site}/auth/login/auth0/", form, allow_redirects=False, timeout=10).headers[
        "Location"
    ]


def where_sign_in_leads(site: str) -> str:
    """The same for a new browser, without the query."""
    with requests.Session() as browser:
        return begin_sign_in(browser, site).partition("?")[0]


def sign_in(browser: requests.Session, site: str, tenant: str) -> None:
    """Sign nia in with her password."""
    at_tenant = TenantBrowser(tenant)
    page = at_tenant.open(begin_sign_in(browser, site))
    assert isinstance(page, Page)
    back = at_tenant.submit(page.form("password"), email="nia@example.test", password="demo-Passw0rd!")
    assert isinstance(back, Returned)
    assert browser.get(back.url, timeout=10).ok


def child(process: subprocess.Popen[str], module: str) -> int:
    """The process that the demo has started with `python -m` and that module."""
    listed = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    if not listed.exists():
        pytest.skip("children of a process are found in Linux's /proc alone")
    for pid in listed.read_text().split():
        if f"-m\0{module}\0" in Path(f"/proc/{pid}/cmdline").read_text():
            return int(pid)
    raise LookupError(module)


def is_free(*numbers: int) -> bool:
    """Whether all of these ports are free within a few seconds."""
    for _ in range(WAIT_SECONDS):
        try:
            for port in numbers:
                ports.check_free("PORT", port, "the demo")
        except StartError:
            time.sleep(0.1)
        else:
            return True
    return False


def test_demo_when_started_says_where_to_go_and_stops_both_on_ctrl_c(tmp_path: Path) -> None:
    site, tenant = ports.free(), ports.free()
    with demo(tmp_path, PORT=str(site), TENANT_PORT=str(tenant)) as process:
        said = said_until(process, "Ctrl-C")
        for expected in (
            f"http://localhost:{site}/",
            f"http://localhost:{tenant}/dev/phone",
            "nia@example.test",
        ):
            assert expected in said
        for url in (f"http://localhost:{site}/sign-in/", f"http://localhost:{tenant}/dev/phone"):
            assert requests.get(url, timeout=10).status_code == 200
        assert where_sign_in_leads(f"http://localhost:{site}") == f"http://localhost:{tenant}/authorize"
        requests.get(f"http://localhost:{site}/auth/complete/auth0/?code=Hush1&state=Hush2", timeout=10)
        log = (tmp_path / "site.log").read_text()
        assert "/auth/complete/auth0/" in log
        assert "Hush" not in log
        process.send_signal(signal.SIGINT)
        assert process.wait(WAIT_SECONDS) == 0
    ports.check_free("PORT", site, "the site")
    ports.check_free("TENANT_PORT", tenant, "the local tenant")


def test_demo_stops_both_when_it_is_told_to_end(tmp_path: Path) -> None:
    site, tenant = ports.free(), ports.free()
    with demo(tmp_path, PORT=str(site), TENANT_PORT=str(tenant)) as process:
        said_until(process, "Ctrl-C")
        process.send_signal(signal.SIGTERM)
        assert process.wait(WAIT_SECONDS) == 0
        assert is_free(site, tenant)


def test_demo_told_to_end_while_it_starts_leaves_nothing_behind(tmp_path: Path) -> None:
    site, tenant = ports.free(), ports.free()
    with demo(tmp_path, PORT=str(site), TENANT_PORT=str(tenant)) as process:
        while not (tmp_path / "env").exists():
            assert process.poll() is None
            time.sleep(0.01)
        process.send_signal(signal.SIGTERM)
        assert process.wait(WAIT_SECONDS) == 0
        assert is_free(site, tenant)


def test_demo_whose_tenant_is_killed_says_so_and_the_site_runs_on(tmp_path: Path) -> None:
    port, tenant_port = ports.free(), ports.free()
    site, tenant = f"http://localhost:{port}", f"http://localhost:{tenant_port}"
    with (
        demo(tmp_path, PORT=str(port), TENANT_PORT=str(tenant_port)) as process,
        requests.Session() as browser,
    ):
        said_until(process, "Ctrl-C")
        sign_in(browser, site, tenant)
        os.kill(child(process, "devtenant"), signal.SIGKILL)
        assert "The tenant ended with status -9" in said_until(process, "The site keeps running")
        page = browser.get(f"{site}/account/security/", timeout=30)
        assert (page.status_code, page.url) == (200, f"{site}/account/security/")
        assert "#offline" in page.text
        assert requests.get(f"{site}/sign-in/", timeout=10).status_code == 200
        # As where the terminal is closed.
        process.send_signal(signal.SIGHUP)
        assert process.wait(WAIT_SECONDS) == 0
        assert is_free(port, tenant_port)


def test_demo_ends_with_its_site(tmp_path: Path) -> None:
    site, tenant = ports.free(), ports.free()
    with demo(tmp_path, PORT=str(site), TENANT_PORT=str(tenant)) as process:
        said_until(process, "Ctrl-C")
        os.kill(child(process, "gunicorn"), signal.SIGKILL)
        said, _ = process.communicate(timeout=WAIT_SECONDS)
        assert "The site ended with status -9" in said
        assert process.returncode == 1
        assert is_free(site, tenant)


def test_demo_serves_styles_and_keeps_queries_out_of_its_log(running: Running) -> None:
    page = requests.get(f"{running.site}/sign-in/?next=/Hush/", timeout=10).text
    styles = re.findall(r'href="(/static/[^"]+\.css)"', page)
    assert styles
    for style in styles:
        answer = requests.get(f"{running.site}{style}", timeout=10)
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, 'text/css; charset="utf-8"')
    assert "Hush" not in running.log_with("GET /sign-in/ 200")


def test_demo_sends_mail_into_the_folder_that_it_names(tmp_path: Path) -> None:
    stage = Stage(tmp_path / "state")
    client = {"client_id": "x", "client_secret": "x"}
    facts = {"base_url": "http://localhost:9", "clients": {"web": client, "management": client}}
    stage.manage(stage.environment(facts), "sendtestemail", "tess@example.test")
    (mail,) = (tmp_path / "state" / "mail").iterdir()
    assert "tess@example.test" in mail.read_text()


def test_demo_leaves_its_settings_where_a_command_finds_them(running: Running) -> None:
    command = [sys.executable, "manage.py", "mfa_policy", "show"]
    elsewhere = {"PATH": os.environ["PATH"], "ENV_FILE": str(running.folder / "env")}
    done = subprocess.run(command, cwd=ROOT, env=elsewhere, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.partition(":")[0]) == (0, "never"), done.stderr
    assert f"ENV_FILE={os.path.relpath(running.folder / 'env')} .venv/bin/python manage.py" in running.said


def test_demo_with_its_port_taken_says_so_in_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as holder:
        taken = holder.getsockname()[1]
        for name, what in (("PORT", "the site"), ("TENANT_PORT", "the local tenant")):
            other = {"PORT": str(ports.free()), "TENANT_PORT": str(ports.free())}
            with demo(tmp_path, **(other | {name: str(taken)})) as process:
                said, _ = process.communicate(timeout=WAIT_SECONDS)
            assert said == f"Port {taken} is taken: give {what} another, say {name}={taken + 1}.\n"
            assert process.returncode == 1


def test_demo_with_nonsense_for_a_port_says_so(tmp_path: Path) -> None:
    with demo(tmp_path, PORT="eight") as process:
        said, _ = process.communicate(timeout=WAIT_SECONDS)
    assert said == "PORT=eight is not a port number: try PORT=8000.\n"
