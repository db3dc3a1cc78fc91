"""The site as gunicorn runs it, by the project's own gunicorn.conf.py; and a stream of requests to it."""

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import requests

from tests.support.redis_process import free_port
from tests.support.tenant import Account, Tenant

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 60
STREAMS = 6

PROGRAM = """
import json, os, sys
import tests.settings as settings
vars(settings).update(json.loads(os.environ["SITE_SETTINGS"]))
sys.argv[0] = "gunicorn"
from gunicorn.app.wsgiapp import run
run()
"""
SIGN_IN = """
import sys
import django; django.setup()
from django.test import Client
from accounts.testing import prove_mfa
from tests.support.users import make_user
client = Client(headers={"host": "localhost"})
user = make_user(sys.argv[1], username="person", email=sys.argv[2])
client.force_login(user, "accounts.login.backend.Auth0Backend")
prove_mfa(client)
print(client.cookies["mfaproject_sessionid"].value)
"""


class GunicornSite:
    """Two workers with a database of their own; ended by `close`, if not before."""

    def __init__(self, folder: Path, tenant: Tenant, **settings: object) -> None:
        self.database = folder / "site.sqlite3"
        web, management = tenant.clients["web"], tenant.clients["management"]
        facts = {
            "AUTH0_DOMAIN": tenant.domain,
            "AUTH0_CLIENT_ID": web["client_id"],
            "AUTH0_CLIENT_SECRET": web["client_secret"],
            "AUTH0_MGMT_CLIENT_ID": management["client_id"],
            "AUTH0_MGMT_CLIENT_SECRET": management["client_secret"],
            **settings,
        }
        self.environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "SITE_SETTINGS": json.dumps(facts),
            "DATABASE_URL": f"sqlite:///{self.database}",
            "WEB_CONCURRENCY": "2",
        }
        self._run("-m", "django", "migrate", "-v0")
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        serve = [sys.executable, "-c", PROGRAM, "mfaproject.wsgi", "--bind", f"127.0.0.1:{port}"]
        self.process = subprocess.Popen(serve, cwd=ROOT, env=self.environment)
        self._wait_for(self._answers)

    def _run(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self.environment,
            check=True,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        return done.stdout

    def _answers(self) -> bool:
        with suppress(requests.RequestException):
            return requests.get(f"{self.url}/healthz", timeout=2).ok
        return False

    def _wait_for(self, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < deadline, "gunicorn took too long"
            time.sleep(0.1)

    @property
    def workers(self) -> set[int]:
        pid = self.process.pid
        return {int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()}

    def restart(self) -> None:
        """Replace every worker, as a new release does, and wait until the old ones are gone."""
        before = self.workers
        self.process.send_signal(signal.SIGHUP)
        self._wait_for(lambda: len(self.workers) == len(before) and not self.workers & before)

    def terminate(self) -> int:
        """Have it end what is under way, and end; give its exit status."""
        self.process.terminate()
        return self.process.wait(PATIENCE)

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(PATIENCE)

    def sign_in(self, account: Account) -> requests.Session:
        """Give somebody a browser that is signed in, with a second factor."""
        browser = requests.Session()
        cookie = self._run("-c", SIGN_IN, account.sub, account.email).strip()
        browser.cookies.set("mfaproject_sessionid", cookie)
        return browser

    def post(self, browser: requests.Session, path: str) -> requests.Response:
        """Open a page, and send its form with nothing but its token."""
        page = browser.get(f"{self.url}{path}", timeout=PATIENCE, allow_redirects=False)
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)
        assert token, f"no form on {path}: {page.status_code}"
        form = {"csrfmiddlewaretoken": token[1]}
        return browser.post(f"{self.url}{path}", form, timeout=PATIENCE, allow_redirects=False)

    def rows(self, query: str) -> list[Any]:
        with closing(sqlite3.connect(self.database)) as database:
            return database.execute(query).fetchall()


@contextmanager
def stream_of(call: Callable[[], int]) -> Iterator[Counter[str]]:
    """Call again and again, several at once; counts statuses, and errors by their names."""
    counted: Counter[str] = Counter()
    over = threading.Event()

    def run() -> None:
        while not over.is_set():
            try:
                counted[str(call())] += 1
            except requests.RequestException as error:
                counted[type(error).__name__] += 1

    threads = [threading.Thread(target=run) for _ in range(STREAMS)]
    for thread in threads:
        thread.start()
    try:
        yield counted
    finally:
        over.set()
        for thread in threads:
            thread.join(PATIENCE)
