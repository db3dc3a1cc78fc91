"""The kinds of second factor: how pages, tenant switches, methods and sessions each name them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """One way to prove oneself; `name` is in page addresses, `factor` is the tenant's switch."""

    name: str
    factor: str
    method_type: str
    label: str
    hint: str
    strength: int

    @property
    def action_type(self) -> str:
        """What Actions call it, and `event.user.enrolledFactors`."""
        return "phone" if self.method_type == "phone" else self.name


ALL = (
    Kind(
        "webauthn-platform",
        "webauthn-platform",
        "webauthn-platform",
        "This device",
        "Use its fingerprint reader, face recognition or screen lock",
        7,
    ),
    Kind(
        "webauthn-roaming",
        "webauthn-roaming",
        "webauthn-roaming",
        "Security key",
        "Plug in a key, or hold it to the phone",
        6,
    ),
    Kind(
        "push-notification",
        "push-notification",
        "push",
        "Push notification",
        "Approve a request in the Guardian app",
        5,
    ),
    Kind("otp", "otp", "totp", "Authenticator app", "Type the code that your app shows", 4),
    Kind("sms", "sms", "phone", "Text message", "Get a code by SMS", 3),
    Kind("voice", "sms", "phone", "Phone call", "Have a code read to you", 2),
    Kind("email", "email", "email", "E-mail", "Get a code by e-mail", 1),
    Kind(
        "recovery-code",
        "recovery-code",
        "recovery-code",
        "Recovery code",
        "Use the code that you saved when you set this up",
        0,
    ),
)
BY_NAME = {kind.name: kind for kind in ALL}

# Auth0 calls these dependent: they count only beside an independent one.
DEPENDENT = ("email", "webauthn-platform", "recovery-code")
KEYS = ("webauthn-platform", "webauthn-roaming")
PHONE = ("sms", "voice")


def of_ticket(factor: str | None) -> tuple[str, ...]:
    """The kinds that a ticket's `factor` allows; a ticket without one allows every kind."""
    if factor is None:
        return tuple(kind.name for kind in ALL if kind.name != "recovery-code")
    return PHONE if factor == "phone" else (factor,)
