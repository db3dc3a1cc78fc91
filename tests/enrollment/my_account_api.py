"""Steps of the tests that speak the My Account API through its gateway."""

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest

from accounts.auth0.errors import TenantError
from enrollment.gateways.my_account import MyAccountGateway
from enrollment.gateways.parsers import StartedEnrollment
from enrollment.kinds import totp
from enrollment.kinds.base import Kind

PHONE, ADDRESS = "+15555550177", "spare@example.test"
CREATE = "create:me:authentication_methods"
DELETE = "delete:me:authentication_methods"
FACTORS = "read:me:factors"
COLLECTION = "POST /me/v1/authentication-methods"
VERIFY = f"{COLLECTION}/*/verify"


def refused(gateway: MyAccountGateway, kind: Kind = totp.KIND, **said: str) -> TenantError:
    """Begin an enrollment that must not begin."""
    with pytest.raises(TenantError) as caught:
        gateway.begin(kind, **said)
    return caught.value


def not_verified(gateway: MyAccountGateway, begun: StartedEnrollment, **proof: Any) -> TenantError:
    """Confirm an enrollment that must not be confirmed."""
    with pytest.raises(TenantError) as caught:
        gateway.verify(begun.location, begun.auth_session, **proof)
    return caught.value


def app_code(begun: StartedEnrollment) -> str:
    """The code that an authenticator app shows once it has scanned."""
    secret = parse_qs(urlsplit(begun.barcode_uri or "").query)["secret"][0]
    return pyotp.TOTP(secret).now()


def problem(code: str, status: int, **members: Any) -> str:
    """A body as Auth0's own answers of `problem+json` have it."""
    fixed = {"type": f"https://auth0.com/api-errors/{code}", "status": status, "title": "T", "detail": "D"}
    return json.dumps(fixed | members)
