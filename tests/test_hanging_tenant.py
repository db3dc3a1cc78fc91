"""A tenant that accepts and never answers, beside a started gunicorn: pages end in time, health goes on."""

import os
import re
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from tests.test_gunicorn import ROOT

PAGES = 30
HEALTH_SECONDS, PAGE_SECONDS = 0.05, 6


@pytest.fixture
def hanging() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0), backlog=200) as server:
        yield f"localhost:{server.getsockname()[1]}"


@pytest.fixture
def site(hanging: str, tmp_path: Path) -> Iterator[str]:
    """One worker, so that whatever stands still is everything."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "AUTH0_TEST_DOMAIN": hanging,
        "DATABASE_URL": f"sqlite:///{tmp_path / 'site.sqlite3'}",
        "WEB_CONCURRENCY": "1",
    }
    program = (
        "import os, tests.settings as s; s.AUTH0_DOMAIN = os.environ['AUTH0_TEST_DOMAIN'];"
        "import sys; sys.argv[0] = 'gunicorn'; from gunicorn.app.wsgiapp import run; run()"
    )
    manage = [sys.executable, "-m", "django", "migrate", "-v0"]
    subprocess.run(manage, cwd=ROOT, env=environment, check=True, timeout=120)
    serve = [sys.executable, "-c", program, "mfaproject.wsgi", "--bind", f"127.0.0.1:{port}"]
    process = subprocess.Popen(serve, cwd=ROOT, env=environment)
    try:
        wait_for(f"http://127.0.0.1:{port}/healthz")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(60)


def wait_for(url: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            requests.get(url, timeout=2)
        except (requests.ConnectionError, requests.Timeout):
            time.sleep(0.2)
        else:
            return
    raise AssertionError("the site did not start")


def form_of(site: str) -> tuple[requests.Session, dict[str, str]]:
    browser = requests.Session()
    page = browser.get(f"{site}/sign-in/", timeout=30).text
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    return browser, {"csrfmiddlewaretoken": token.group(1) if token else "", "next": "/"}


def seconds_of(call: tuple[requests.Session, dict[str, str]], site: str) -> float:
    """A sign-in that begins cold asks for the discovery document."""
    browser, form = call
    began = time.monotonic()
    with browser:
        browser.post(f"{site}/auth/login/auth0/", form, allow_redirects=False, timeout=60)
    return time.monotonic() - began


def health_seconds(site: str) -> float:
    began = time.monotonic()
    assert requests.get(f"{site}/healthz", timeout=30).status_code == 200
    return time.monotonic() - began


def all_at_once(site: str) -> tuple[int, float, float]:
    """Pages still waiting after two seconds, the median of `/healthz` meanwhile, and the slowest page."""
    calls = [form_of(site) for _ in range(PAGES)]
    with ThreadPoolExecutor(PAGES) as pool:
        pages = [pool.submit(seconds_of, call, site) for call in calls]
        time.sleep(2)
        waiting = sum(not page.done() for page in pages)
        health = statistics.median(health_seconds(site) for _ in range(9))
        return waiting, health, max(page.result() for page in pages)


def test_hanging_tenant_holds_neither_pages_nor_health(site: str) -> None:
    # A machine that is busy with other tests may be slow once; too few threads are too slow every time.
    for _ in range(3):
        waiting, health, slowest = all_at_once(site)
        if health < HEALTH_SECONDS and slowest < PAGE_SECONDS:
            break
    assert waiting == PAGES
    assert health < HEALTH_SECONDS
    assert slowest < PAGE_SECONDS
