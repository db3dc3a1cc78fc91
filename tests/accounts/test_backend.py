"""The backend: what a trip to the tenant asks for, and what the library would get wrong."""

from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.test import RequestFactory
from django.utils import timezone
from social_core.exceptions import AuthResponseError
from social_django.models import DjangoStorage
from social_django.strategy import DjangoStrategy

from accounts.auth0.claims import PAPE_MFA, Proof
from accounts.humanize import duration
from accounts.login.authorization_request import AuthorizationRequest
from accounts.login.backend import Auth0Backend
from accounts.step_up.requirement import Requirement
from tests.support.tenant import Tenant

QUARTER = timedelta(minutes=15)


@pytest.fixture
def backend(rf: RequestFactory, tenant: Tenant, db: None) -> Auth0Backend:
    request = rf.get("/")
    request.session = SessionStore()
    return Auth0Backend(DjangoStrategy(DjangoStorage, request), redirect_uri="/auth/complete/auth0/")


def asked(backend: Auth0Backend) -> dict[str, list[str]]:
    return parse_qs(urlsplit(backend.auth_url()).query)


@pytest.mark.parametrize(
    "hint",
    ["a+b@example.test", "a&prompt=none@example.test", "a#b@example.test", "a%26b@example.test", "é x"],
)
def test_auth_url_carries_any_login_hint_unharmed(backend: Auth0Backend, hint: str) -> None:
    backend.authorization_request = AuthorizationRequest.step_up(
        "/", "auth0|a", Requirement.mfa(), login_hint=hint
    )
    parameters = asked(backend)
    assert parameters["login_hint"] == [hint]
    assert "prompt" not in parameters
    assert "state" in parameters


def test_auth_url_asks_for_both_clocks_where_both_are_required(backend: Auth0Backend) -> None:
    backend.authorization_request = AuthorizationRequest.step_up(
        "/", "auth0|a", Requirement(QUARTER, QUARTER)
    )
    parameters = asked(backend)
    assert (parameters["acr_values"], parameters["max_age"]) == ([PAPE_MFA], ["0"])


def test_auth_url_adds_scopes_and_an_audience_where_a_trip_needs_a_token(backend: Auth0Backend) -> None:
    trip = AuthorizationRequest.sign_in("/")
    backend.authorization_request = AuthorizationRequest(
        **{**trip.dump(), "audience": "https://t/me/", "scope": "openid create:x"}
    )
    parameters = asked(backend)
    assert parameters["scope"] == ["openid profile email create:x"]
    assert parameters["audience"] == ["https://t/me/"]


def test_discovery_and_keys_are_asked_for_once(tenant: Tenant, backend: Auth0Backend) -> None:
    kid = tenant.http.get(f"{tenant.base_url}/.well-known/jwks.json", timeout=5).json()["keys"][0]["kid"]
    tenant.exchanges()
    for _ in range(3):
        backend.oidc_config()
        assert backend.find_valid_key(jwt.encode({}, "k" * 32, headers={"kid": kid}))
    assert sorted(call["path"] for call in tenant.exchanges()) == [
        "/.well-known/jwks.json",
        "/.well-known/openid-configuration",
    ]


def test_extra_data_is_nothing_whatever_came_back(backend: Auth0Backend) -> None:
    tokens = {"access_token": "a", "refresh_token": "r", "id_token": "i", "token_type": "Bearer", "sub": "s"}
    assert backend.extra_data(None, "s", tokens, {}, {}) == {}


def test_token_without_a_key_id_gets_no_key(tenant: Tenant, backend: Auth0Backend) -> None:
    assert backend.find_valid_key(jwt.encode({}, "k" * 32)) is None
    assert tenant.exchanges() == []


@pytest.mark.parametrize(("age", "is_taken"), [(5, True), (30, False)])
def test_token_that_belongs_to_no_trip_may_only_be_of_this_moment(
    backend: Auth0Backend, age: int, is_taken: bool
) -> None:
    assert backend.authorization_request is None
    issued_at = int(timezone.now().timestamp()) - age
    with nullcontext() if is_taken else pytest.raises(AuthResponseError):
        backend.validate_temporal_claims({"iat": issued_at, "exp": issued_at + 3600})


@pytest.mark.parametrize(
    "stored", [None, {}, [], "x", {"purpose": "elsewhere"}, {"purpose": "sign_in", "more": 1}]
)
def test_transaction_that_cannot_be_read_is_none(stored: object) -> None:
    assert AuthorizationRequest.load(stored) is None


def test_transaction_survives_the_session() -> None:
    trip = AuthorizationRequest.step_up(
        "/a?b", "auth0|a", Requirement(QUARTER, None), login_hint="x@y.test", afresh=True
    )
    assert AuthorizationRequest.load(trip.dump()) == trip
    assert trip.requirement == Requirement(QUARTER, None)


@pytest.mark.parametrize(
    ("max_age", "login_age", "is_met"),
    [
        (None, None, True),
        (0, None, True),
        (0, -60, True),
        (0, 10, True),
        (0, 11, False),
        (60, 70, True),
        (60, 71, False),
    ],
)
def test_transaction_judges_the_age_of_a_login_from_when_it_was_asked(
    max_age: int | None, login_age: int | None, is_met: bool
) -> None:
    asked_at = datetime(2026, 11, 24, 12, tzinfo=UTC)
    trip = AuthorizationRequest(
        **{
            **AuthorizationRequest.sign_in("/").dump(),
            "asked_at": int(asked_at.timestamp()),
            "max_age": max_age,
        }
    )
    login_at = None if login_age is None else asked_at - timedelta(seconds=login_age)
    assert trip.is_met_by(Proof("auth0|a", asked_at, login_at=login_at)) is is_met


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (1, "1 second"),
        (45, "45 seconds"),
        (60, "1 minute"),
        (900, "15 minutes"),
        (3600, "1 hour"),
        (5400, "90 minutes"),
    ],
)
def test_duration_says_the_largest_unit_that_loses_nothing(seconds: int, words: str) -> None:
    assert duration(timedelta(seconds=seconds)) == words
