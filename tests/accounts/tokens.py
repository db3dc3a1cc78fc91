"""Steps of the tests that ask for a person's My Account token."""

import json

from accounts.auth0.encryption import decrypt
from accounts.auth0.grants import SCOPES_FOR_ENROLLING
from accounts.step_up.my_account import SESSION_KEY
from tests.accounts.conftest import Response
from tests.accounts.steps import assert_closed, assert_open, begin_step_up
from tests.support.person import Person
from tests.support.tenant import Tenant

# Pages of tests/accounts/urls.py; the second asks for a fresh sign-in in place of a second factor.
GRANTED, FIRST = "/test/granted/", "/test/granted/?login=1"
[CREATE] = SCOPES_FOR_ENROLLING


def kept(somebody: Person) -> dict[str, str]:
    """What the session keeps, unsealed."""
    sealed = somebody.client.session.get(SESSION_KEY)
    record: dict[str, str] = json.loads(decrypt(sealed) or "{}") if sealed else {}
    return record


def ask_for_token(somebody: Person, path: str = GRANTED) -> Response:
    """Be refused at a page that wants the token, and press the step-up page's button."""
    assert_closed(somebody, path)
    return begin_step_up(somebody, path)


def stepped_up(somebody: Person, path: str = GRANTED) -> Person:
    assert somebody.come_back(ask_for_token(somebody, path))["Location"] == path
    assert_open(somebody, path)
    return somebody


def withdraw(tenant: Tenant, *scopes: str, granted: bool = True) -> None:
    """Change what the application may have of the My Account API on people's behalf."""
    audience, client_id = f"{tenant.base_url}/me/", tenant.clients["web"]["client_id"]
    grants = {audience: list(scopes)} if granted else {}
    tenant.control("clients", {"client_id": client_id, "user_grants": grants})
