"""One module for each way to prove oneself; all answer the same questions (`Way`)."""

from __future__ import annotations

from devtenant.mfa.ways.base import Way
from devtenant.mfa.ways.keys import Keys
from devtenant.mfa.ways.otp import Otp
from devtenant.mfa.ways.pushing import Pushing
from devtenant.mfa.ways.recovering import Recovering
from devtenant.mfa.ways.sent import Sent

_SENT = Sent()
_KEYS = Keys()

WAYS: dict[str, Way] = {
    "otp": Otp(),
    "sms": _SENT,
    "voice": _SENT,
    "email": _SENT,
    "push-notification": Pushing(),
    "webauthn-roaming": _KEYS,
    "webauthn-platform": _KEYS,
    "recovery-code": Recovering(),
}
