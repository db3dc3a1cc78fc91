"""Steps and assertions that the tests of signing in and stepping up share."""

import re
from html import unescape
from urllib.parse import parse_qs, urlencode, urlsplit

from accounts.login.error_pages import error_page_for
from accounts.login.errors import LoginErrorCode
from tests.accounts.conftest import Response
from tests.support.person import Person

GATED = "/test/function/?page=2&q=a%26b"
SECRETS = re.compile(r"Traceback|eyJ[\w-]+\.|access_token|id_token")


def asked(leaving: Response) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(leaving["Location"]).query).items()}


def state_of(leaving: Response) -> str:
    return parse_qs(urlsplit(leaving["Location"]).query)["state"][0]


def begin_step_up(somebody: Person, next_url: str = GATED, **data: str) -> Response:
    return somebody.client.post("/step-up/", {"next": next_url, **data})


def begin_sign_in(somebody: Person) -> Response:
    return somebody.client.post("/auth/login/auth0/", {"next": "/account/security/"})


def cut_out(parameter: str, leaving: Response) -> None:
    kept = {name: value for name, value in asked(leaving).items() if name != parameter}
    assert kept != asked(leaving)
    leaving.headers["Location"] = f"{leaving['Location'].partition('?')[0]}?{urlencode(kept)}"


def assert_closed(somebody: Person, path: str = GATED) -> None:
    assert somebody.client.get(path)["Location"].startswith("/step-up/?next=")


def assert_open(somebody: Person, path: str = GATED) -> None:
    assert somebody.client.get(path).content == b"opened by GET"


def assert_explained(response: Response, failure: LoginErrorCode) -> None:
    html = unescape(response.content.decode())
    explanation = error_page_for(failure, is_step_up=response.context["is_step_up"])
    for text in (explanation.heading, explanation.what, explanation.advice, response.context["reference"]):
        assert str(text) in html
    assert response.status_code == explanation.status
    assert not SECRETS.search(html)
    assert "no-store" in response["Cache-Control"]


def assert_nobody_came_in(somebody: Person) -> None:
    assert "_auth_user_id" not in somebody.client.session
    assert "accounts_assurance" not in somebody.client.session
