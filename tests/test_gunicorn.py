"""How gunicorn runs the site: what it makes of gunicorn.conf.py, which it reads by itself."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def settings_with(**environment: str) -> dict[str, str]:
    """What gunicorn says that it would run the site with."""
    usual = {name: value for name, value in os.environ.items() if name not in ("WEB_CONCURRENCY", "PORT")}
    done = subprocess.run(
        [sys.executable, "-m", "gunicorn", "--print-config", "mfaproject.wsgi"],
        cwd=ROOT,
        env=usual
        | {"ENV_FILE": "tests/production.env", "DJANGO_SETTINGS_MODULE": "mfaproject.settings"}
        | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return dict(re.findall(r"^(\w+) += (.*)$", done.stdout, re.MULTILINE))


def test_site_has_a_worker_for_each_processor_and_threads_in_it() -> None:
    chosen = settings_with()
    assert chosen["worker_class"].endswith("gthread")
    assert 1 <= int(chosen["workers"]) <= (os.cpu_count() or 1)
    assert int(chosen["threads"]) > 1


@pytest.mark.parametrize(("value", "workers"), [("3", 3), ("1", 1)])
def test_environment_sets_the_number_of_workers(value: str, workers: int) -> None:
    assert int(settings_with(WEB_CONCURRENCY=value)["workers"]) == workers


def test_server_outwaits_the_tenant_and_the_proxy_and_logs_no_query() -> None:
    chosen = settings_with()
    # TENANT_CONNECT_TIMEOUT, TENANT_READ_TIMEOUT, TENANT_RETRY_BUDGET and EMAIL_TIMEOUT at their defaults.
    assert int(chosen["graceful_timeout"]) >= 3 + 5 + 2 + 10
    assert int(chosen["keepalive"]) > 60
    assert not re.search(r"%\((r|q|f|a)\)s|\{", chosen["access_log_format"])
    assert chosen["control_socket_disable"] == "True"
