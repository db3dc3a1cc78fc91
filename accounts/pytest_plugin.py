"""Fixtures that prove something; pytest finds them by itself where the wheel is installed."""

from typing import Any

import pytest


@pytest.fixture
def prove_mfa() -> Any:
    """Return `accounts.testing.prove_mfa`."""
    # pytest loads this module before there are settings.
    from accounts.testing import prove_mfa as prove

    return prove


@pytest.fixture
def prove_phishing_resistant() -> Any:
    """Return `accounts.testing.prove_phishing_resistant`."""
    from accounts.testing import prove_phishing_resistant as prove

    return prove
