"""Sealed text."""

import pytest
from pytest_django import Settings

from accounts.sealing import seal, unseal


def test_seal_hides_and_unseal_opens() -> None:
    sealed = seal("kept apart ✓")
    assert "kept apart" not in sealed
    assert unseal(sealed) == "kept apart ✓"


def test_unseal_after_key_rotation_uses_the_fallback(settings: Settings) -> None:
    old = settings.SECRET_KEY
    sealed = seal("text")
    settings.SECRET_KEY = "another-key-that-is-long-enough-0123456789"
    assert unseal(sealed) is None
    settings.SECRET_KEY_FALLBACKS = [old]
    assert unseal(sealed) == "text"


@pytest.mark.parametrize("token", ["", "nonsense", "gAAAA", "\u2713"])
def test_unseal_of_nonsense_is_none(token: str) -> None:
    assert unseal(token) is None


def test_unseal_of_tampered_text_is_none() -> None:
    sealed = seal("text")
    assert unseal(sealed[:-8] + ("A" * 8)) is None
