"""Sealed text."""

import pytest
from pytest_django import Settings

from accounts.auth0.encryption import decrypt, encrypt


def test_seal_hides_and_unseal_opens() -> None:
    sealed = encrypt("kept apart ✓")
    assert "kept apart" not in sealed
    assert decrypt(sealed) == "kept apart ✓"


def test_unseal_after_key_rotation_uses_the_fallback(settings: Settings) -> None:
    old = settings.SECRET_KEY
    sealed = encrypt("text")
    settings.SECRET_KEY = "another-key-that-is-long-enough-0123456789"
    assert decrypt(sealed) is None
    settings.SECRET_KEY_FALLBACKS = [old]
    assert decrypt(sealed) == "text"


@pytest.mark.parametrize("token", ["", "nonsense", "gAAAA", "\u2713"])
def test_unseal_of_nonsense_is_none(token: str) -> None:
    assert decrypt(token) is None


def test_unseal_of_tampered_text_is_none() -> None:
    sealed = encrypt("text")
    assert decrypt(sealed[:-8] + ("A" * 8)) is None
