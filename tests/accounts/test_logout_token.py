"""What a logout token's claims say, and what makes them none; pure."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.auth0.logout_token import EVENT, LogoutToken, LogoutTokenError, check_type, logout_from_claims

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ISSUER, CLIENT = "https://tenant.example/", "client"
AT = int(NOW.timestamp())
GOOD: dict[str, Any] = {
    "iss": ISSUER,
    "aud": CLIENT,
    "iat": AT,
    "exp": AT + 120,
    "jti": "one",
    "sub": "auth0|a",
    "sid": "session",
    "events": {EVENT: {}},
}


def read(claims: dict[str, Any], now: datetime = NOW) -> LogoutToken:
    return logout_from_claims(claims, issuer=ISSUER, client_id=CLIENT, now=now)


def without(*names: str) -> dict[str, Any]:
    return {name: value for name, value in GOOD.items() if name not in names}


def test_good_claims_name_the_session() -> None:
    assert read(GOOD) == LogoutToken("one", sub="auth0|a", sid="session")


@pytest.mark.parametrize("name", ["sub", "sid"])
def test_either_name_of_what_is_over_will_do(name: str) -> None:
    assert getattr(read(without(name)), name) == ""


@pytest.mark.parametrize("audience", [CLIENT, [CLIENT], ["another", CLIENT]])
def test_audience_may_be_a_list(audience: Any) -> None:
    assert read({**GOOD, "aud": audience}).jti == "one"


@pytest.mark.parametrize("name", ["iss", "aud", "iat", "exp", "jti", "events"])
def test_claim_that_is_required_and_missing_is_refused(name: str) -> None:
    with pytest.raises(LogoutTokenError):
        read(without(name))


@pytest.mark.parametrize(
    ("code", "wrong"),
    [
        ("iss", {"iss": "https://tenant.example"}),
        ("aud", {"aud": "another"}),
        ("aud", {"aud": ["another"]}),
        ("aud", {"aud": []}),
        ("aud", {"aud": f"{CLIENT} "}),
        ("nonce", {"nonce": "n"}),
        ("nonce", {"nonce": None}),
        ("events", {"events": [EVENT]}),
        ("events", {"events": {}}),
        ("events", {"events": {EVENT: None}}),
        ("events", {"events": {"http://schemas.openid.net/event/other": {}}}),
        ("jti", {"jti": ""}),
        ("jti", {"jti": 5}),
        ("jti", {"jti": "x" * 256}),
        ("sub", {"sub": ""}),
        ("sub", {"sub": ["auth0|a"]}),
        ("sub", {"sub": "x" * 256}),
        ("sid", {"sid": None}),
        ("sid", {"sid": "x" * 121}),
        ("sid", {"sid": "a\x00b"}),
        ("expired", {"exp": AT - 11}),
        ("not_yet", {"iat": AT + 11}),
        ("expired", {"iat": AT - 620, "exp": AT + 9999}),
        ("invalid_claim", {"exp": "soon"}),
    ],
)
def test_claim_that_is_wrong_is_refused(code: str, wrong: dict[str, Any]) -> None:
    with pytest.raises(LogoutTokenError) as refused:
        read({**GOOD, **wrong})
    assert code in refused.value.code.replace("-", "_")


def test_token_that_names_nothing_is_refused() -> None:
    with pytest.raises(LogoutTokenError, match="sub"):
        read(without("sub", "sid"))


@pytest.mark.parametrize("type_", ["logout+jwt", "LOGOUT+JWT", "JWT", "jwt"])
def test_type_of_a_logout_token_is_taken(type_: str) -> None:
    check_type({"typ": type_})


@pytest.mark.parametrize(
    "header", [{}, {"typ": None}, {"typ": "at+jwt"}, {"typ": "secevent+jwt"}, {"typ": 5}]
)
def test_type_of_another_token_is_refused(header: dict[str, Any]) -> None:
    with pytest.raises(LogoutTokenError, match="typ"):
        check_type(header)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(st.fixed_dictionaries({}, optional=dict.fromkeys((*GOOD, "nonce", "nbf"), JSON)))
def test_whatever_comes_is_read_or_refused(wrong: dict[str, Any]) -> None:
    try:
        token = read({**GOOD, **wrong}, NOW + timedelta(seconds=1))
    except LogoutTokenError:
        return
    assert token.jti
    assert token.sub or token.sid
    assert "nonce" not in wrong
