"""What a site's own tests use to open gates."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from accounts.testing import prove_mfa
from tests.support.users import make_user

pytestmark = pytest.mark.django_db
BACKEND = "accounts.login.backend.Auth0Backend"
GATED = "/test/function/"


@pytest.fixture
def kim(gated_site: None, client: Client) -> Client:
    """A client that is signed in, without a proof."""
    person = make_user("auth0|kim", username="kim")
    client.force_login(person, backend=BACKEND)
    return client


def test_client_that_was_only_signed_in_opens_no_gate(kim: Client) -> None:
    assert "/step-up/" in kim.get(GATED)["Location"]


def test_client_with_a_proof_opens_gates_under_a_new_key(kim: Client) -> None:
    before = kim.cookies[settings.SESSION_COOKIE_NAME].value

    prove_mfa(kim)

    assert kim.get(GATED).status_code == 200
    assert kim.cookies[settings.SESSION_COOKIE_NAME].value != before


def test_proof_of_an_hour_ago_is_too_old(kim: Client) -> None:
    prove_mfa(kim, timedelta(hours=1))

    assert "/step-up/" in kim.get(GATED)["Location"]


def test_client_that_is_not_signed_in_is_refused(client: Client) -> None:
    with pytest.raises(ValueError, match="Sign the client in first"):
        prove_mfa(client)


def test_second_factor_is_no_phishing_resistant_proof(kim: Client) -> None:
    prove_mfa(kim)
    assert "/step-up/" in kim.get("/test/resistant/")["Location"]


def test_phishing_resistant_proof_opens_every_gate(prove_phishing_resistant: Any, kim: Client) -> None:
    prove_phishing_resistant(kim)
    assert [kim.get(path).status_code for path in (GATED, "/test/resistant/")] == [200, 200]


def test_fixture_is_the_same_function(prove_mfa: Any, kim: Client) -> None:
    prove_mfa(kim)

    assert kim.get(GATED).status_code == 200
