"""Codes that are sent: six digits, once, in time."""

import pytest

from devtenant.mfa import codes
from devtenant.mfa.codes import SentCode

AT = 1_000_000.0


def sent() -> SentCode:
    return SentCode("012345", "sms", "+15555550100", AT)


def test_code_is_spent_by_its_first_use() -> None:
    code = sent()
    assert codes.spend(code, "012345", AT)
    assert not codes.spend(code, "012345", AT)


def test_wrong_code_leaves_the_right_one_good() -> None:
    code = sent()
    assert not codes.spend(code, "543210", AT)
    assert codes.spend(code, "012345", AT)


@pytest.mark.parametrize("typed", ["", "12345", "0123456"])
def test_code_of_another_shape_is_wrong(typed: str) -> None:
    assert not codes.spend(sent(), typed, AT)


@pytest.mark.parametrize(("seconds", "accepted"), [(0, True), (299, True), (300, False), (10_000, False)])
def test_code_lives_five_minutes(seconds: int, accepted: bool) -> None:
    assert codes.spend(sent(), "012345", AT + seconds) is accepted


def test_no_code_sent_accepts_nothing() -> None:
    assert not codes.spend(None, "", AT)
