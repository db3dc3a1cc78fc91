"""Workers are replaced under load, and a process is told to end: nobody sees an error, nothing is lost."""

import itertools
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.support.gunicorn_site import PATIENCE, GunicornSite, stream_of
from tests.support.tenant import Tenant

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc").exists(), reason="the workers are looked up in /proc"),
]

PAGES = ("/healthz", "/readyz", "/", "/healthz", "/account/security/")
REMOVAL = "/account/security/totp%7Cdev_tess_totp/remove/"
DELETE_ROUTE = "DELETE /api/v2/users/*/authentication-methods/*"


@pytest.fixture
def site(tmp_path: Path, tenant: Tenant) -> Iterator[GunicornSite]:
    mail = {"EMAIL_BACKEND": "tests.support.slow_mail.SlowBackend", "EMAIL_FILE_PATH": str(tmp_path / "mail")}
    site = GunicornSite(tmp_path, tenant, **mail)
    try:
        yield site
    finally:
        site.close()


def test_workers_replaced_under_load_answer_everybody(site: GunicornSite, tenant: Tenant) -> None:
    cookies = site.sign_in(tenant["tess"]).cookies.get_dict()
    pages = itertools.cycle(PAGES)

    def ask() -> int:
        # By a connection of its own: of one that is kept open, a proxy asks again elsewhere.
        url = f"{site.url}{next(pages)}"
        return requests.get(url, cookies=cookies, allow_redirects=False, timeout=PATIENCE).status_code

    with stream_of(ask) as counted:
        time.sleep(1)
        for _ in range(2):
            site.restart()
        time.sleep(1)

    assert set(counted) == {"200"}
    assert counted["200"] > len(PAGES) * 2


def test_change_under_way_ends_when_the_process_is_told_to(
    site: GunicornSite, tenant: Tenant, tmp_path: Path
) -> None:
    browser = site.sign_in(tenant["tess"])
    answers: list[requests.Response] = []
    tenant.fault(DELETE_ROUTE, delay=3, times=1)
    change = threading.Thread(target=lambda: answers.append(site.post(browser, REMOVAL)))
    change.start()
    wait_until_begun(site)

    assert site.terminate() == 0
    change.join(PATIENCE)

    assert [answer.status_code for answer in answers] == [302]
    assert site.rows("SELECT action, outcome FROM enrollment_activityevent") == [("factor:removed", "done")]
    assert site.rows("SELECT state FROM enrollment_operation") == [("done",)]
    # Its email was handed over, which takes a while, and that was noted.
    assert len(list((tmp_path / "mail").iterdir())) == 1
    assert site.rows("SELECT count(*) FROM enrollment_outboxemail WHERE sent_at IS NULL") == [(0,)]


def wait_until_begun(site: GunicornSite) -> None:
    deadline = time.monotonic() + PATIENCE
    while not site.rows("SELECT 1 FROM enrollment_operation"):
        assert time.monotonic() < deadline, "the change did not begin"
        time.sleep(0.1)
