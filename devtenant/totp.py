"""Codes of an authenticator app (RFC 6238): 30-second steps, one step of drift, each step good once."""

from __future__ import annotations

import hmac

import pyotp

from devtenant.records import Method

STEP_SECONDS = 30
DRIFT_STEPS = 1


def new_secret() -> str:
    return str(pyotp.random_base32())


def barcode_uri(secret: str, account: str, issuer: str) -> str:
    """The `otpauth://` address that an authenticator app reads from a QR code."""
    return str(pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=issuer))


def code_at(secret: str, moment: float) -> str:
    return str(pyotp.TOTP(secret).at(int(moment)))


def seconds_left(moment: float) -> int:
    return STEP_SECONDS - int(moment) % STEP_SECONDS


def spend(method: Method, typed: str, moment: float) -> bool:
    """Accept a code of this step or a neighbour, and never the same step again (RFC 6238, section 5.2)."""
    if not method.secret:
        return False
    current = int(moment) // STEP_SECONDS
    for step in range(current - DRIFT_STEPS, current + DRIFT_STEPS + 1):
        if step > method.last_totp_step and _matches(method.secret, step, typed):
            method.last_totp_step = step
            return True
    return False


def _matches(secret: str, step: int, typed: str) -> bool:
    return hmac.compare_digest(code_at(secret, step * STEP_SECONDS).encode(), typed.encode())
