"""A tenant that writes to people in its errors: no page shows a word of it, whatever field it comes in."""

import json
from collections.abc import Callable

import pytest

from tests.accounts.conftest import PersonMaker, Response
from tests.accounts.steps import begin_sign_in, begin_step_up, state_of
from tests.enrollment.adding import Adder
from tests.support.person import Person
from tests.support.tenant import Tenant

WORD = "zebrafish"
PROBLEM = {"detail": WORD, "field": WORD, "pointer": f"/{WORD}", "source": WORD}
# Of OAuth, the Management API and the My Account API.
FIELDS = ("error", "error_description", "message", "errorCode", "title", "detail", "type", "name", "code")
BODY = json.dumps({**dict.fromkeys(FIELDS, WORD), "validation_errors": [PROBLEM]})
STATUSES = (200, 400, 401, 403, 404, 409, 415, 422, 429, 500)
SECURITY, TOTP = "/account/security/", "/account/security/totp%7Cdev_tess_totp"


def _assert_unheard(somebody: Person, answer: Response) -> None:
    assert WORD not in str(answer.headers)
    assert WORD not in answer.content.decode()
    # What was kept for the next page is shown there.
    assert WORD not in somebody.client.get("/").content.decode()


@pytest.mark.parametrize("status", STATUSES)
def test_words_of_the_token_endpoint_reach_no_page(tenant: Tenant, person: PersonMaker, status: int) -> None:
    nia = person("nia")
    callback = nia.to_callback(begin_sign_in(nia))
    tenant.fault("POST /oauth/token", status=status, body=BODY)
    _assert_unheard(nia, nia.client.get(callback))


@pytest.mark.usefixtures("gated_site")
@pytest.mark.parametrize("begin", [begin_sign_in, begin_step_up])
def test_words_of_a_callback_reach_no_page(person: PersonMaker, begin: Callable[[Person], Response]) -> None:
    tess = person("tess")
    tess.sign_in()
    query = {"error": WORD, "error_description": WORD, "error_uri": WORD, "tracking": WORD}
    answer = tess.client.get("/auth/complete/auth0/", {"state": state_of(begin(tess)), **query})
    _assert_unheard(tess, answer)


@pytest.mark.parametrize("status", STATUSES)
def test_words_of_the_management_api_reach_no_page(tenant: Tenant, person: PersonMaker, status: int) -> None:
    tess = person("tess")
    tess.open(f"{TOTP}/remove/")
    tenant.fault("* /api/v2/**", status=status, body=BODY)
    for path in (SECURITY, f"{SECURITY}activity/", f"{SECURITY}sessions/", f"{SECURITY}add/totp/"):
        _assert_unheard(tess, tess.client.get(path))
    for path, form in (
        (f"{TOTP}/remove/", {}),
        (f"{TOTP}/rename/", {"name": "Another"}),
        (f"{SECURITY}recovery-code/", {}),
        (f"{SECURITY}add/totp/", {"how": "mail"}),
    ):
        _assert_unheard(tess, tess.client.post(path, form))


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("is_confirmed", [False, True])
def test_words_of_the_my_account_api_reach_no_page(
    tenant: Tenant, person: PersonMaker, is_confirmed: bool, status: int
) -> None:
    nia = Adder(person("nia"), "totp")
    nia.begin() if is_confirmed else nia.open()
    call = "/*/verify" if is_confirmed else ""
    tenant.fault(f"POST /me/v1/authentication-methods{call}", status=status, body=BODY)
    answer = nia.confirm() if is_confirmed else nia.give()
    assert any(WORD in str(said["response_body"]) for said in tenant.exchanges("/me/"))
    _assert_unheard(nia.who, answer)
