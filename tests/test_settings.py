"""The project's settings: what production refuses, what it sends, and that the documents know every name."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from mfaproject.environment import refuse_demo_secrets, require

ROOT = Path(__file__).resolve().parent.parent
REQUIRED = ("SECRET_KEY", "ALLOWED_HOSTS", "AUTH0_DOMAIN", "AUTH0_CLIENT_ID", "AUTH0_CLIENT_SECRET")


def example() -> set[str]:
    """The names in .env.example."""
    return set(re.findall(r"^#?([A-Z][A-Z0-9_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))


def read_by_settings() -> set[str]:
    """The names that settings.py takes from the environment."""
    code = (ROOT / "mfaproject/settings.py").read_text()
    return set(re.findall(r"env(?:iron)?\.\w+\(\s*\"([A-Z][A-Z0-9_]+)\"", code))


def check(**environment: str) -> subprocess.CompletedProcess[str]:
    """Run `manage.py check` as a process with nothing but this in its environment."""
    clean = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env=clean | {"ENV_FILE": ""} | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def production(**changes: str) -> dict[str, str]:
    """The made-up production settings, with changes; an empty value takes a setting away."""
    lines = (ROOT / "tests/production.env").read_text().splitlines()
    known = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    return {name: value for name, value in (known | changes).items() if value}


def test_production_with_nothing_set_refuses_naming_everything_at_once() -> None:
    refused = check()
    assert refused.returncode != 0
    assert f"Set {', '.join(REQUIRED)} in the environment or in .env" in refused.stderr


def test_production_with_one_thing_missing_names_that_alone() -> None:
    refused = check(**production(AUTH0_CLIENT_SECRET=""))
    assert refused.returncode != 0
    assert "Set AUTH0_CLIENT_SECRET in the environment" in refused.stderr


def test_production_with_all_set_passes_every_deployment_check() -> None:
    passed = check(**production())
    assert passed.returncode == 0, passed.stderr


def test_production_with_a_demo_secret_refuses_naming_it() -> None:
    refused = check(**production(AUTH0_CLIENT_SECRET="demo-web-secret"))
    assert refused.returncode != 0
    assert "AUTH0_CLIENT_SECRET, AUTH0_MGMT_CLIENT_SECRET holds a public demo secret" in refused.stderr
    assert "demo-web-secret" not in refused.stderr


@pytest.mark.parametrize("name", REQUIRED)
def test_require_with_one_name_missing_names_it(name: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=f"Set {name} in"):
        require(dict.fromkeys(REQUIRED, "x") | {name: ""})


@pytest.mark.parametrize("domain", ["localhost:9000", "127.0.0.1:9000", "[::1]:9000", ""])
def test_demo_secrets_with_a_local_tenant_or_none_pass(domain: str) -> None:
    refuse_demo_secrets(secrets() | {"AUTH0_DOMAIN": domain})


@pytest.mark.parametrize("domain", ["tenant.example", "localhost.tenant.example", "127.0.0.1.tenant.example"])
def test_demo_secrets_with_a_tenant_elsewhere_are_refused(domain: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY holds a public demo secret"):
        refuse_demo_secrets(secrets() | {"AUTH0_DOMAIN": domain})


def test_demo_secrets_with_a_management_api_elsewhere_are_refused() -> None:
    domains = {"AUTH0_DOMAIN": "localhost:9000", "AUTH0_MGMT_DOMAIN": "tenant.example"}
    with pytest.raises(ImproperlyConfigured, match=r"set your own for tenant\.example"):
        refuse_demo_secrets(secrets() | domains)


def test_demo_secret_among_the_fallbacks_is_refused() -> None:
    values = secrets() | {
        "AUTH0_DOMAIN": "tenant.example",
        "SECRET_KEY": "x",
        "SECRET_KEY_FALLBACKS": ["demo-1"],
    }
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY_FALLBACKS holds"):
        refuse_demo_secrets(values)


def test_demo_key_is_refused() -> None:
    values = secrets() | {"AUTH0_DOMAIN": "tenant.example", "AUTH0_CLIENT_ASSERTION_KEY": "demo-key"}
    with pytest.raises(ImproperlyConfigured, match="AUTH0_CLIENT_ASSERTION_KEY holds"):
        refuse_demo_secrets(values | {"SECRET_KEY": "x"})


def test_key_stands_in_for_the_secret() -> None:
    require(dict.fromkeys(REQUIRED, "x") | {"AUTH0_CLIENT_SECRET": "", "AUTH0_CLIENT_ASSERTION_KEY": "x"})


def secrets() -> dict[str, object]:
    return {
        "SECRET_KEY": "demo-secret",
        "SECRET_KEY_FALLBACKS": [],
        "AUTH0_CLIENT_SECRET": "x",
        "AUTH0_CLIENT_ASSERTION_KEY": "",
        "AUTH0_MGMT_CLIENT_SECRET": "x",
    }


def test_example_file_names_every_setting_that_is_read() -> None:
    assert example() == read_by_settings()


def test_table_of_settings_names_every_setting_that_is_read() -> None:
    table = set(
        re.findall(r"^\| `([A-Z][A-Z0-9_]+)` \|", (ROOT / "docs/settings.md").read_text(), re.MULTILINE)
    )
    assert table == read_by_settings()


@pytest.mark.parametrize("app", ["accounts", "enrollment"])
def test_settings_that_an_app_asks_for_are_all_there(app: str) -> None:
    asked = set(re.findall(r"getattr\(settings, \"([A-Z0-9_]+)\"", (ROOT / app / "conf.py").read_text()))
    assert {name for name in asked if not hasattr(settings, name)} == set()


def test_every_answer_carries_the_headers_that_hold_a_browser_back(client: Client) -> None:
    headers = client.get("/healthz").headers
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["form-action"] == "'self' http://localhost:9"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "publickey-credentials-get=(self)" in headers["Permissions-Policy"]


PRODUCTION_FACTS = """
import json, django
from django.conf import settings as s
django.setup()
print(json.dumps([s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE,
    s.SESSION_COOKIE_HTTPONLY, s.SESSION_COOKIE_SAMESITE, s.SECURE_SSL_REDIRECT, s.SECURE_HSTS_SECONDS,
    s.SESSION_ENGINE, s.DATABASES["default"]["CONN_HEALTH_CHECKS"], s.DEBUG]))
"""


def test_production_cookies_and_state_are_the_strict_ones() -> None:
    asked = subprocess.run(
        [sys.executable, "-c", PRODUCTION_FACTS],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "ENV_FILE": "", "DJANGO_SETTINGS_MODULE": "mfaproject.settings"}
        | production(),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    expected = '["__Host-sessionid", "__Host-csrftoken", true, true, true, "Lax", true, 31536000, '
    expected += '"django.contrib.sessions.backends.db", true, false]'
    assert asked.stdout.strip() == expected
