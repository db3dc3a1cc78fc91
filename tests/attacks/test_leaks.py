"""Where no secret may be found after a long visit: logs, sessions, cache, tables, e-mails, other pages."""

import io
import json
import logging
import re
from collections.abc import Iterator
from logging.config import dictConfig
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.apps import apps
from django.conf import settings as site
from django.contrib.sessions.models import Session
from django.core import mail
from pytest_django import Settings

from mfaproject.logs import logging_settings
from mfaproject.users.models import User
from tests.accounts.conftest import PersonMaker
from tests.attacks.conftest import Intruder
from tests.enrollment.admin_pages import do, security_of
from tests.support import shared_cache
from tests.support.tenant import Tenant
from tests.support.users import user_of

RECOVERY, APP = "/account/security/recovery-code/", "/account/security/add/totp/"
# Members of what goes to the tenant and comes back that are nobody else's business.
SECRET = re.compile(
    r"token$|^code|verifier|secret$|session$|_uri|_code$|ticket|^phone_number$|^state$|^nonce$"
)
PUBLIC = frozenset({"redirect_uri", "jwks_uri", "code_challenge", "code_challenge_method"})

Found = dict[str, str]


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """All that production would write at its most talkative."""
    stream = io.StringIO()
    config = logging_settings(as_json=True, level="DEBUG")
    config["handlers"]["stderr"]["stream"] = stream
    dictConfig(config)
    yield stream
    dictConfig(site.LOGGING)


def test_secret_of_a_long_visit_is_found_nowhere_afterwards(
    tenant: Tenant,
    person: PersonMaker,
    log: io.StringIO,
    settings: Settings,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Sign-in, step-up, recovery code, an app half added; then support makes a code and sends a link."""
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    logging.getLogger().addHandler(caplog.handler)
    tess, sol = person("tess"), person("sol")
    tess.submit(tess.open(RECOVERY), to_path=RECOVERY)
    tess.follow(tess.submit(tess.open(APP), to_path=APP))
    subject = user_of(tess.account.sub)
    do(sol, security_of(subject, "recovery-code/"))
    do(sol, security_of(subject, "invite/"), kind="")
    pages = [somebody.open("/account/security/").content.decode() for somebody in (tess, sol)]

    keys = {f"session of {each.account.email}": str(each.client.session.session_key) for each in (tess, sol)}
    secrets = {**_told(tenant), **keys}
    assert len(secrets) > 40
    ours = [
        caplog.handler.format(record)
        for record in caplog.records
        if record.name.startswith(("acc", "enr", "dja"))
    ]
    places = {
        "log": log.getvalue(),
        "log before it is cleaned": "\n".join(ours),
        "e-mails": "\n".join(f"{message.subject}\n{message.body}" for message in mail.outbox),
        "sessions": json.dumps([session.get_decoded() for session in Session.objects.all()]),
        "tables": "".join(repr(list(table.objects.values())) for table in _tables()),
        "cache": repr(shared_cache.contents()),
        "pages": "".join(pages),
    }
    leaks = {place: _leaked(secrets, text) for place, text in places.items()}
    assert not any(leaks.values()), leaks
    assert "tess@" not in places["log"]


def _tables() -> list[Any]:
    return [table for table in apps.get_models() if table is not Session]


def _leaked(secrets: Found, text: str) -> list[str]:
    return [name for name, value in secrets.items() if value in text]


def _told(tenant: Tenant) -> Found:
    """Every secret that went over the wire, by what it is and when."""
    found: Found = {}
    for number, exchange in enumerate(tenant.exchanges()):
        query = dict(parse_qsl(urlsplit(exchange["path"]).query)) if "/authorize?" in exchange["path"] else {}
        for part in (query, exchange["request_body"], exchange["response_body"]):
            found |= {f"{name} of {number} {exchange['path'][:40]}": value for name, value in _members(part)}
    # As pages split it for the eye.
    codes = {name: value for name, value in found.items() if name.startswith("recovery_code")}
    return found | {f"{name} in groups": repr(re.findall("....", code)) for name, code in codes.items()}


def _members(body: Any) -> Iterator[tuple[str, str]]:
    if isinstance(body, str):
        body = json.loads(body) if body.startswith(("{", "[")) else dict(parse_qsl(body))
    for name, value in body.items() if isinstance(body, dict) else enumerate(body or ()):
        if isinstance(value, (dict, list)):
            yield from _members(value)
        elif isinstance(value, str) and SECRET.search(str(name)) and name not in PUBLIC:
            yield str(name), value


def test_crash_tells_the_visitor_nothing(settings: Settings, browser_of: Intruder, tess: User) -> None:
    settings.ROOT_URLCONF = "tests.attacks.urls"
    answer = browser_of(tess, raise_request_exception=False).get("/broken/?token=planted")
    assert answer.status_code == 500
    assert not re.search(r"RuntimeError|Traceback|planted|\.py", answer.content.decode())
