"""Gates under attack: odd paths, odd methods, views in odd places and shapes, rules that overlap."""

from typing import Any
from urllib.parse import unquote

import pytest
from asgiref.sync import async_to_sync
from django.test import AsyncClient
from pytest_django import Settings

from mfaproject.users.models import User
from tests.attacks.conftest import Intruder


@pytest.fixture(autouse=True)
def _site(settings: Settings) -> None:
    settings.ROOT_URLCONF = "tests.attacks.urls"


# As they come over the wire; a server hands them on decoded and otherwise untouched.
ODD_PATHS = (
    *("//admin/", "/admin//", "/admin/.", "/admin/%2e/", "/admin/..;/", "/admin/../admin/", "/./admin/"),
    *(
        "/ADMIN/",
        "/admin./",
        "/admin;/",
        "/admin/;a=b/",
        "/%61dmin/",
        "/admin%2faccounts%2fuser/",
        "/admin%00/",
    ),
    *("/admin/login/../users/user/", "/admin/logout/../users/user/", "/admin/users/user/login/"),
    *(
        "/admin/jsi18n/",
        "/admin/autocomplete/",
        "/admin/password_change/",
        "/admin/r/1/1/",
        "/admin/nothing/",
    ),
    *("/backstage/", "/one/action/", "/two/action/", "/one//action/", "/later/function/", "/later/class/"),
)
METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "TRACE", "PROPFIND")


@pytest.mark.parametrize("method", METHODS)
def test_no_spelling_of_a_path_and_no_method_gets_past_a_gate(
    browser_of: Intruder, ada: User, method: str
) -> None:
    client = browser_of(ada, mfa=False)
    for path in ODD_PATHS:
        answer = client.generic(method, "/", PATH_INFO=unquote(path))
        away = answer.headers.get("Location", "").startswith(("/step-up/", "/sign-in/"))
        assert answer.status_code == 404 or away, (path, answer.status_code)


@pytest.mark.parametrize("header", ["X-HTTP-Method-Override", "X-Original-URL", "X-Rewrite-URL"])
def test_header_that_names_another_request_changes_nothing(
    browser_of: Intruder, ada: User, header: str
) -> None:
    client = browser_of(ada, mfa=False)
    for path, said in (("/one/action/", "/sign-in/"), ("/admin/", "/healthz")):
        answer = client.get(path, headers={header: said if "URL" in header else "OPTIONS"})
        assert answer.headers["Location"].startswith("/step-up/")


@pytest.mark.parametrize("path", ["/later/function/", "/later/class/", "/later/inside/", "/ruled/later/"])
@pytest.mark.parametrize("over", ["wsgi", "asgi"])
def test_async_view_is_gated_like_any_other(
    browser_of: Intruder, ada: User, settings: Settings, path: str, over: str
) -> None:
    settings.STEP_UP_RULES = ["/ruled/"]
    closed, opened = (_answer(browser_of(ada, mfa=mfa), path, over) for mfa in (False, True))
    assert closed.headers["Location"].startswith("/step-up/")
    assert opened.content == b"opened by GET"


def _answer(client: Any, path: str, over: str) -> Any:
    if over == "wsgi":
        return client.get(path)
    later = AsyncClient(headers={"host": "localhost:8000"})
    later.cookies = client.cookies
    return async_to_sync(later.get)(path)


@pytest.mark.parametrize("rule", ["/ruled", "/ruled/"])
def test_rule_covers_its_path_with_and_without_a_slash(
    browser_of: Intruder, ada: User, settings: Settings, rule: str
) -> None:
    settings.STEP_UP_RULES = [rule]
    client = browser_of(ada, mfa=False)
    for path in ("/ruled", "/ruled/", "/ruled/later/"):
        assert client.get(path).headers["Location"].startswith("/step-up/"), path
    assert client.get("/optional/").content == b"opened by GET"


@pytest.mark.parametrize("order", [1, -1])
def test_rules_that_overlap_all_hold_in_whatever_order(
    browser_of: Intruder, ada: User, settings: Settings, order: int
) -> None:
    """A loose rule must not take the place of a strict one."""
    loose, strict = {"path": "/ruled/", "login_within": 86_400}, {"path": "/ruled/later/", "mfa_within": 60}
    settings.STEP_UP_RULES = [loose, strict][::order]
    client = browser_of(ada, mfa=False)
    assert client.get("/ruled/").content == b"opened by GET"
    assert client.get("/ruled/later/").headers["Location"].startswith("/step-up/")


def test_rule_holds_under_a_script_name(browser_of: Intruder, ada: User, settings: Settings) -> None:
    settings.STEP_UP_RULES = ["/ruled/"]
    answer = browser_of(ada, mfa=False).get("/ruled/", SCRIPT_NAME="/app")
    assert "/step-up/" in answer.headers["Location"]
