"""Codes of an authenticator app: RFC 6238's own vectors, and what a typed code is judged to be."""

import base64
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrollment.confirmation.app_code import LEEWAY, REACH, Totp
from enrollment.confirmation.base import Judgement

SEED = b"12345678901234567890"
SEEDS = {"sha1": SEED, "sha256": (SEED * 2)[:32], "sha512": (SEED * 4)[:64]}
# RFC 6238, appendix B.
VECTORS = [
    (59, "94287082", "46119246", "90693936"),
    (1111111109, "07081804", "68084774", "25091201"),
    (1111111111, "14050471", "67062674", "99943326"),
    (1234567890, "89005924", "91819424", "93441116"),
    (2000000000, "69279037", "90698825", "38618901"),
    (20000000000, "65353130", "77737706", "47863826"),
]
SECRET = base64.b32encode(SEED).decode()
NOON = datetime(2026, 11, 24, 12, 0, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "digest", "code"),
    [(row[0], digest, row[place]) for row in VECTORS for place, digest in enumerate(SEEDS, 1)],
)
def test_code_is_that_of_the_rfc(moment: int, digest: str, code: str) -> None:
    assert Totp(SEEDS[digest], digest, digits=8).at(moment // 30) == code


def test_uri_says_digest_digits_and_period() -> None:
    uri = f"otpauth://totp/x?secret={SECRET.lower()}&algorithm=SHA256&digits=8&period=60"
    assert Totp.from_uri(uri) == Totp(SEED, "sha256", 8, 60)


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "https://site.example/?secret=ABC",
        "otpauth://hotp/x?secret=ABC",
        "otpauth://totp/x",
        f"otpauth://totp/x?secret={SECRET}&algorithm=MD5",
        f"otpauth://totp/x?secret={SECRET}&digits=six",
        "otpauth://totp/x?secret=1",
        "otpauth://totp/x?secret=GEZDGNBV",
        f"otpauth://totp/x?secret={SECRET}&digits=99",
    ],
)
def test_uri_that_cannot_be_read_judges_nothing(uri: str) -> None:
    assert Totp.from_uri(uri) is None


@pytest.mark.parametrize(
    ("steps", "judgement"),
    [
        (0, Judgement.POSSIBLE),
        (1, Judgement.POSSIBLE),
        (-1, Judgement.POSSIBLE),
        (-2, Judgement.BEHIND),
        (-10, Judgement.BEHIND),
        (2, Judgement.AHEAD),
        (10, Judgement.AHEAD),
        (-20, Judgement.WRONG),
        (20, Judgement.WRONG),
    ],
)
def test_code_is_judged_by_how_far_off_it_is(steps: int, judgement: Judgement) -> None:
    app = Totp(SEED)
    typed = pyotp.TOTP(SECRET).at(NOON + timedelta(seconds=30 * steps))
    assert app.judge(typed, NOON) is judgement


@given(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)), st.floats(-10, 10), st.integers(-1, 1))  # noqa: DTZ001
def test_code_that_the_tenant_would_take_is_never_held_back(
    naive: datetime, skew: float, neighbour: int
) -> None:
    """Whatever the tenant's clock says within the leeway that a sign-in allows."""
    now = naive.replace(tzinfo=UTC)
    tenants = now + timedelta(seconds=skew)
    assert abs(tenants - now) <= LEEWAY
    step = int(tenants.timestamp()) // 30 + neighbour
    assert Totp(SEED).judge(Totp(SEED).at(step), now) is Judgement.POSSIBLE


@pytest.mark.parametrize(
    ("steps", "judgement"),
    [
        (0, Judgement.POSSIBLE),
        (1, Judgement.AHEAD),
        (-1, Judgement.BEHIND),
        (2, Judgement.AHEAD),
        (-2, Judgement.BEHIND),
        (20, Judgement.WRONG),
    ],
)
def test_code_that_was_refused_is_told_by_how_far_off_it_is(steps: int, judgement: Judgement) -> None:
    typed = pyotp.TOTP(SECRET).at(NOON + timedelta(seconds=30 * steps))
    assert Totp(SEED).judge_refused(typed, NOON) is judgement


def test_clock_is_told_from_a_guess_up_to_the_reach() -> None:
    assert Totp(SEED).judge(Totp(SEED).at(int(NOON.timestamp()) // 30 + REACH + 2), NOON) is Judgement.WRONG


def test_key_is_not_in_its_repr() -> None:
    assert SEED.decode() not in repr(Totp(SEED))
