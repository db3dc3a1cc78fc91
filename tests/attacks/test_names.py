"""Names that a phone or a browser gave a factor: whatever is in them, it can be seen, removed and told of."""

import json
from typing import Any

import pytest
from django.core import mail

from enrollment.models.activity import ActivityEvent
from mfaproject.users.models import User
from tests.attacks.conftest import Intruder
from tests.enrollment.reading import SECURITY, text_of
from tests.support.tenant import Tenant

METHODS = "GET /api/v2/users/*/authentication-methods"
TOTP = "totp|dev_tess_totp"


def named(name: str) -> str:
    """Return the tenant's answer, in which half a character is spelt as an escape."""
    method: dict[str, Any] = {
        "id": TOTP,
        "type": "totp",
        "confirmed": True,
        "name": name,
        "created_at": "2026-01-03T10:00:00.000Z",
    }
    other = {**method, "id": "totp|dev_tess_other", "name": "Other"}
    return json.dumps({"authenticators": [method, other], "start": 0, "limit": 100, "total": 2})


@pytest.mark.parametrize("odd", ["\ud83d", "\x00", "\r\nBcc: thief@example.test", "\u202e", "\x1b[2J"])
def test_factor_with_an_odd_name_is_shown_removed_and_told_of(
    browser_of: Intruder, tenant: Tenant, tess: User, odd: str
) -> None:
    client = browser_of(tess)
    tenant.fault(METHODS, status=200, body=named(f"Thief{odd}"))
    assert "Thief" in text_of(client.get(SECURITY))
    client.post(f"{SECURITY}totp%7Cdev_tess_totp/remove/")
    name = ActivityEvent.objects.get().factor_name
    assert name.startswith("Thief")
    assert name.isprintable()
    assert len(mail.outbox) == 1
