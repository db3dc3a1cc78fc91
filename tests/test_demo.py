"""`make demo` as the person at the terminal meets it: a started process, looked at from outside."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from tools import ports
from tools.processes import Stage

ROOT = Path(__file__).resolve().parent.parent
WAIT_SECONDS = 60


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
    try:
        yield process
    finally:
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


def where_sign_in_leads(site: str) -> str:
    """The address that the button of the sign-in page sends a browser to, without its query."""
    with requests.Session() as browser:
        page = browser.get(f"{site}/sign-in/", timeout=10).text
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
        form = {"csrfmiddlewaretoken": token.group(1) if token else "", "next": "/"}
        sent = browser.post(f"{site}/auth/login/auth0/", form, allow_redirects=False, timeout=10)
    return sent.headers["Location"].partition("?")[0]


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


def test_demo_serves_styles_and_keeps_queries_out_of_its_log(tmp_path: Path) -> None:
    port = ports.free()
    with demo(tmp_path, PORT=str(port), TENANT_PORT=str(ports.free())) as process:
        said_until(process, "Ctrl-C")
        page = requests.get(f"http://localhost:{port}/sign-in/?next=/Hush/", timeout=10).text
        styles = re.findall(r'href="(/static/[^"]+\.css)"', page)
        assert styles
        for style in styles:
            answer = requests.get(f"http://localhost:{port}{style}", timeout=10)
            assert (answer.status_code, answer.headers["Content-Type"]) == (200, 'text/css; charset="utf-8"')
    log = (tmp_path / "site.log").read_text()
    assert "GET /sign-in/ 200" in log
    assert "Hush" not in log


def test_demo_sends_mail_into_the_folder_that_it_names(tmp_path: Path) -> None:
    stage = Stage(tmp_path / "state")
    client = {"client_id": "x", "client_secret": "x"}
    facts = {"base_url": "http://localhost:9", "clients": {"web": client, "management": client}}
    stage.manage(stage.environment(facts), "sendtestemail", "tess@example.test")
    (mail,) = (tmp_path / "state" / "mail").iterdir()
    assert "tess@example.test" in mail.read_text()


def test_demo_leaves_its_settings_where_a_command_finds_them(tmp_path: Path) -> None:
    site, tenant = ports.free(), ports.free()
    with demo(tmp_path, PORT=str(site), TENANT_PORT=str(tenant)) as process:
        said = said_until(process, "Ctrl-C")
        command = [sys.executable, "manage.py", "mfa_policy", "show"]
        elsewhere = {"PATH": os.environ["PATH"], "ENV_FILE": str(tmp_path / "env")}
        done = subprocess.run(command, cwd=ROOT, env=elsewhere, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.partition(":")[0]) == (0, "never"), done.stderr
    assert f"ENV_FILE={os.path.relpath(tmp_path / 'env')} .venv/bin/python manage.py" in said


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
