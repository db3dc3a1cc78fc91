"""Authenticator codes: each is good once (RFC 6238, section 5.2), so each one handed out is a new one."""

import time

import pyotp
from time_machine import escape_hatch

STEP_SECONDS = 30
# Near the end of a step the previous step's code could go stale on its way.
SAFE_SECONDS = 25


class FreshCodes:
    """Hands out the codes of the steps that a tenant accepts: the one before, the present and the next."""

    def __init__(self) -> None:
        self.last_step: dict[str, int] = {}

    def next(self, secret: str, offset: float) -> str:
        """A code not given out before; waits for the clock where all that are accepted now are used up."""
        now = _real_time() + offset
        present, into = int(now) // STEP_SECONDS, now % STEP_SECONDS
        first = present - 1 if into < SAFE_SECONDS else present
        step = max(first, self.last_step.get(secret, 0) + 1)
        self.last_step[secret] = step
        if (wait := (step - 1) * STEP_SECONDS - now) > 0:
            time.sleep(wait)
        return str(pyotp.TOTP(secret).at(step * STEP_SECONDS))


def _real_time() -> float:
    """The time outside, which the tenant's process lives by."""
    return escape_hatch.time.time() if escape_hatch.is_travelling() else time.time()
