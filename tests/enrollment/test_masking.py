"""Numbers and addresses keep enough to be recognised, and no more."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrollment.account.names import mask_email, mask_name, mask_phone


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("+15555550123", "+1 ••••••23"),
        ("+34 612 345 678", "+34 ••••••78"),
        ("5555550123", "••••••23"),
        ("XXXXXXX0123", "••••••"),
        ("112", "••••••"),
        ("", "••••••"),
    ],
)
def test_phone_keeps_country_and_two_digits(number: str, masked: str) -> None:
    assert mask_phone(number) == masked


@pytest.mark.parametrize(
    ("address", "masked"),
    [
        ("nia@example.test", "n•••@example.test"),
        ("n@example.test", "•••@example.test"),
        ('"a@b"@example.test', '"•••@example.test'),
        ("not an address", "•••"),
        ("", "•••"),
    ],
)
def test_email_keeps_first_character_and_domain(address: str, masked: str) -> None:
    assert mask_email(address) == masked


def test_name_that_is_the_number_itself_is_masked() -> None:
    assert mask_name("+15555550123", "+15555550123", None) == "+1 ••••••23"
    assert mask_name("nia@example.test", None, "nia@example.test") == "n•••@example.test"


def test_name_that_is_a_name_is_kept() -> None:
    assert mask_name("YubiKey 12345678", "+15555550123") == "YubiKey 12345678"


@given(st.from_regex(r"\+[1-9][0-9]{6,13}", fullmatch=True))
def test_phone_never_shows_more_than_two_digits_of_the_subscriber(number: str) -> None:
    _code, _, rest = mask_phone(number).rpartition(" ")

    assert sum(character.isdigit() for character in rest) <= 2
    assert number not in mask_phone(number)


@given(st.from_regex(r"[a-z0-9.]{1,20}@example\.test", fullmatch=True))
def test_email_shows_one_character_of_the_mailbox_at_most(address: str) -> None:
    local = mask_email(address).partition("@")[0]

    assert len(local.replace("•", "")) <= 1
