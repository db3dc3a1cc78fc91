"""Logout tokens that the tenant has not sent, or sent before, and more than anybody needs."""

from collections.abc import Callable
from typing import Any

import jwt
import pytest
from django.test import Client
from pytest_django import Settings

from accounts.login.logout_tokens import without_cache
from tests.enrollment.reading import SECURITY
from tests.support import shared_cache
from tests.support.clock import Clock
from tests.support.logout_tokens import BACKCHANNEL, logout_token, send
from tests.support.person import Person
from tests.support.tenant import Tenant
from tests.support.threads import DatabaseThreads

People = Callable[..., Person]
JWKS = "/.well-known/jwks.json"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def tess(person: People) -> Person:
    somebody = person("tess")
    somebody.open(SECURITY)
    return somebody


def is_signed_in(somebody: Person) -> bool:
    return somebody.client.get(SECURITY).status_code == 200


def about(somebody: Person) -> dict[str, str]:
    return {"sub": somebody.account.sub, "sid": str(somebody.client.session["accounts_listed"]["sid"])}


FORGED: list[dict[str, Any]] = [{"key": "wrong"}, {"key": "unknown"}, {"alg": "none"}, {"alg": "HS256"}]
SPOILED: list[dict[str, Any]] = [
    {"aud": "demo-management"},
    {"aud": ["demo-management"]},
    {"iss": "https://another.example/"},
    {"nonce": "n"},
    {"events": {}},
    {"exp": 1},
    {"header": {"typ": "at+jwt"}},
    {"header": {"typ": None}},
    {"drop": ["jti"]},
    {"drop": ["events"]},
    {"drop": ["exp"]},
    {"drop": ["iat"]},
]


@pytest.mark.parametrize("spoil", [*FORGED, *SPOILED])
def test_spoiled_token_ends_nothing(tess: Person, tenant: Tenant, spoil: dict[str, Any]) -> None:
    answer = send(logout_token(tenant, **about(tess), **spoil))

    assert answer.status_code == 400
    assert answer.json()["error"] == "invalid_request"
    assert "no-store" in answer["Cache-Control"]
    assert is_signed_in(tess)


def test_token_that_was_tampered_with_ends_nothing(person: People, tess: Person, tenant: Tenant) -> None:
    nia = person("nia")
    nia.open(SECURITY)
    header, _claims, signature = logout_token(tenant, **about(nia)).split(".")
    _header, claims, _signature = logout_token(tenant, **about(tess)).split(".")

    assert send(f"{header}.{claims}.{signature}").status_code == 400
    assert is_signed_in(tess)


def test_token_of_yesterday_ends_nothing(tess: Person, tenant: Tenant, elapse: Clock) -> None:
    token = logout_token(tenant, **about(tess))
    elapse(131)
    assert send(token).status_code == 400
    assert is_signed_in(tess)


def test_token_that_was_used_ends_nothing_again(tess: Person, tenant: Tenant) -> None:
    """Whoever has seen it go by would sign its person out at every sign-in."""
    token = logout_token(tenant, sub=tess.account.sub)
    assert send(token).status_code == 200
    tess.open(SECURITY)

    assert send(token).status_code == 400
    assert is_signed_in(tess)


@pytest.mark.usefixtures("database_for_threads")
def test_token_that_comes_twice_at_once_is_used_once(tess: Person, tenant: Tenant) -> None:
    token = logout_token(tenant, **about(tess))
    with DatabaseThreads(2) as pool:
        answers = list(pool.map(lambda _: send(token).status_code, range(2)))

    assert sorted(answers) == [200, 400]


def test_session_of_one_person_is_not_ended_in_the_name_of_another(
    person: People, tess: Person, tenant: Tenant
) -> None:
    nia = person("nia")
    nia.open(SECURITY)
    send(logout_token(tenant, sub=nia.account.sub, sid=about(tess)["sid"]))

    assert is_signed_in(tess)
    assert is_signed_in(nia)


def test_id_token_is_no_logout_token(tess: Person, tenant: Tenant) -> None:
    """It is signed by the same key for the same application, and lies in every sign-in."""
    tokens = [exchange["response_body"] for exchange in tenant.exchanges("/oauth/token")]
    id_tokens = [part for body in tokens for part in body.split('"') if part.count(".") == 2]
    assert any(jwt.get_unverified_header(token)["typ"] == "JWT" for token in id_tokens)

    assert {send(token).status_code for token in id_tokens} == {400}
    assert is_signed_in(tess)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"logout_token=",
        b"logout_token=x",
        b"logout_token=a.b.c",
        b"logout_token=%ff%fe.x.y",
        b"logout_token=e30.e30.e30&logout_token=e30.e30.e30",
        b"other=x",
        b"logout_token=" + b"[" * 12_000,
    ],
)
def test_whatever_else_is_sent_is_refused(tenant: Tenant, db: None, body: bytes) -> None:
    assert Client().post(BACKCHANNEL, body, content_type=FORM).status_code == 400


def test_form_with_parts_for_files_is_refused(tess: Person, tenant: Tenant) -> None:
    form = {"logout_token": logout_token(tenant, **about(tess))}
    assert Client().post(BACKCHANNEL, form).status_code == 400
    assert is_signed_in(tess)


@pytest.mark.parametrize("type_", ["application/json", "text/plain", ""])
def test_other_kind_of_body_is_refused(tess: Person, tenant: Tenant, type_: str) -> None:
    body = f"logout_token={logout_token(tenant, **about(tess))}"
    assert Client().post(BACKCHANNEL, body, content_type=type_).status_code == 400
    assert is_signed_in(tess)


def test_large_body_is_refused_before_it_is_read(tess: Person, tenant: Tenant) -> None:
    body = f"logout_token={logout_token(tenant, **about(tess))}&fill={'x' * 20_000}"
    assert Client().post(BACKCHANNEL, body, content_type=FORM).status_code == 400
    assert is_signed_in(tess)


def test_browser_of_the_victim_is_no_help(tess: Person, tenant: Tenant) -> None:
    """A page elsewhere can have it sent, and has no token."""
    assert tess.client.post(BACKCHANNEL, "logout_token=x", content_type=FORM).status_code == 400
    assert is_signed_in(tess)


def test_flood_of_unknown_keys_asks_the_tenant_once_a_minute(
    tess: Person, tenant: Tenant, elapse: Clock
) -> None:
    forged = logout_token(tenant, **about(tess), key="unknown")
    tenant.exchanges()
    for _ in range(12):
        assert send(forged).status_code == 400
    assert len(tenant.exchanges(JWKS)) == 1
    elapse(61)
    send(logout_token(tenant, **about(tess), key="unknown"))
    assert len(tenant.exchanges(JWKS)) == 1


def test_flood_of_unknown_keys_leaves_a_sign_in_its_turn(
    person: People, tess: Person, tenant: Tenant
) -> None:
    send(logout_token(tenant, **about(tess), key="unknown"))
    tenant.rotate_keys()
    tenant.rotate_keys()
    nia = person("nia")
    nia.open(SECURITY)

    assert is_signed_in(nia)


def test_flood_without_a_cache_asks_the_tenant_once_a_minute_too(
    tess: Person, tenant: Tenant, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(without_cache, "_next", 0.0)
    forged = logout_token(tenant, **about(tess), key="unknown")
    settings.CACHES = shared_cache.DEAD
    tenant.exchanges()
    answers = [send(forged).status_code for _ in range(12)]

    assert answers.count(503) >= 10
    assert len(tenant.exchanges(JWKS)) <= 2
    assert is_signed_in(tess)


def test_tenant_whose_keys_cannot_be_had_is_told_to_come_again(
    tess: Person, tenant: Tenant, elapse: Clock
) -> None:
    elapse(2 * 3600)
    tenant.fault(f"GET {JWKS}", status=503)
    token = logout_token(tenant, **about(tess))

    answer = send(token)

    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
    tenant.http.delete(f"{tenant.base_url}/dev/faults", timeout=5)
    elapse(60)
    assert send(logout_token(tenant, **about(tess))).status_code == 200
    assert not is_signed_in(tess)
