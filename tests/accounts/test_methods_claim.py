"""The claim that tells which methods were used, and when."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.auth0.claims import CLOCK_LEEWAY, proof_from_claims
from accounts.auth0.methods_claim import MOST_ENTRIES, ToldMethods, told_methods

CLAIM = "https://site.example/methods"
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def written(moment: datetime) -> str:
    """As JavaScript's `toISOString` does."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def entry(name: str, ago: timedelta, **more: Any) -> dict[str, Any]:
    return {"name": name, "timestamp": written(NOW - ago), **more}


def told(*entries: Any) -> ToldMethods | None:
    return told_methods({CLAIM: list(entries)}, CLAIM, NOW)


def test_latest_time_of_each_sort_is_read() -> None:
    assert told(
        entry("pwd", MINUTE),
        entry("passkey", 5 * MINUTE),
        entry("passkey", 3 * MINUTE),
        entry("mfa", 2 * MINUTE, type="otp"),
        entry("mfa", 4 * MINUTE, type="webauthn-roaming"),
    ) == ToldMethods(NOW - 3 * MINUTE, NOW - 2 * MINUTE, NOW - 4 * MINUTE)


@pytest.mark.parametrize("type_", ["webauthn-roaming", "webauthn-platform"])
def test_security_keys_are_told_by_their_type(type_: str) -> None:
    assert told(entry("mfa", MINUTE, type=type_)) == ToldMethods(None, NOW - MINUTE, NOW - MINUTE)


@pytest.mark.parametrize("type_", ["otp", "phone", "email", "recovery-code", "passkey", "webauthn", "", None])
def test_other_second_factors_are_no_security_keys(type_: Any) -> None:
    found = told({**entry("mfa", MINUTE), "type": type_})
    assert found is not None
    assert found.security_key_at is None


@pytest.mark.parametrize("name", ["Passkey", "pwd", "passkey ", "webauthn-roaming", 7, None, ["passkey"]])
def test_other_names_are_no_passkey(name: Any) -> None:
    assert told({**entry("passkey", MINUTE), "name": name, "type": "webauthn-roaming"}) == ToldMethods()


@pytest.mark.parametrize(
    "timestamp",
    [
        None,
        "",
        "soon",
        1_790_000_000,
        True,
        [],
        "2026-11-24T11:59:00",  # no zone
        "2026-11-24",
        "2026-13-24T11:59:00Z",
        "0001-01-01T00:00:00+23:59",
        "2026-11-24T11:59:00Z" + " " * 100_000,
        "9999-12-31T23:59:59-23:59",
    ],
)
def test_time_that_cannot_be_read_proves_nothing(timestamp: Any) -> None:
    assert told({"name": "passkey", "timestamp": timestamp}) == ToldMethods()


def test_time_after_the_latest_one_proves_nothing() -> None:
    later = entry("passkey", -timedelta(seconds=1))
    assert told(later) == ToldMethods()
    assert told(later, entry("passkey", MINUTE)) == ToldMethods(passkey_at=NOW - MINUTE)


@pytest.mark.parametrize("value", [None, "passkey", {"name": "passkey"}, 7, True])
def test_claim_that_is_no_list_tells_nothing(value: Any) -> None:
    assert told_methods({CLAIM: value}, CLAIM, NOW) is None
    assert told_methods({}, CLAIM, NOW) is None


def test_claim_without_a_name_is_not_read() -> None:
    assert told_methods({"": [entry("passkey", MINUTE)]}, "", NOW) is None


def test_list_without_end_is_cut() -> None:
    many = [entry("mfa", MINUTE, type="otp")] * MOST_ENTRIES
    assert told(entry("passkey", MINUTE), *many) == ToldMethods(second_factor_at=NOW - MINUTE)


def test_proof_takes_no_method_used_after_its_token_was_made() -> None:
    def passkey_at(moment: datetime) -> datetime | None:
        claims = {"sub": "auth0|ada", "iat": NOW.timestamp(), CLAIM: [entry("passkey", NOW - moment)]}
        found = proof_from_claims(claims, CLAIM).told
        return found.passkey_at if found else None

    assert passkey_at(NOW + CLOCK_LEEWAY) == NOW + CLOCK_LEEWAY
    assert passkey_at(NOW + CLOCK_LEEWAY + timedelta(seconds=1)) is None


def test_proof_without_the_claim_is_told_nothing() -> None:
    claims = {"sub": "auth0|ada", "iat": NOW.timestamp(), CLAIM: [entry("passkey", MINUTE)]}
    assert proof_from_claims(claims).told is None
    assert proof_from_claims(claims, "https://site.example/other").told is None


garbage = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=60),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["name", "timestamp", "type", "x"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(st.lists(garbage, max_size=6))
def test_garbage_proves_nothing_and_breaks_nothing(entries: list[Any]) -> None:
    assert told(*entries) == ToldMethods()
    real = entry("passkey", MINUTE)
    assert told(*entries, real) == ToldMethods(passkey_at=NOW - MINUTE)
