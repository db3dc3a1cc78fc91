"""People whose browser an attacker holds, or who attack with their own; no trip to the tenant is made."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.identity import subject_of
from accounts.step_up.assurance import SESSION_KEY
from mfaproject.users.models import User
from tests.accounts.conftest import gated_site
from tests.enrollment.conftest import ada, local, nia, sol, tess

__all__ = ["Intruder", "ada", "gated_site", "local", "nia", "sol", "tess"]

Intruder = Callable[..., Client]
BACKEND = "accounts.login.backend.Auth0Backend"


@pytest.fixture
def browser_of(db: None) -> Intruder:
    """`browser_of(user)` is signed in with both factors of just now, or with the first one alone."""

    def make(user: User, *, mfa: bool = True, **options: Any) -> Client:
        client = Client(headers={"host": "localhost:8000"}, **options)
        client.force_login(user, BACKEND)
        now = int(timezone.now().timestamp())
        session = client.session
        session[SESSION_KEY] = {
            "user": str(user.pk),
            "subject": subject_of(user),
            "mfa_at": now if mfa else None,
            "login_at": now,
            "methods": ["mfa"] if mfa else [],
            "session_id": None,
        }
        session.save()
        return client

    return make
