"""Codes that are sent: six digits, five minutes, good once."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass

from devtenant import delivery
from devtenant.mfa import limits
from devtenant.mfa.errors import TooManyError
from devtenant.records import User
from devtenant.store import Store

LIFE_SECONDS = 300.0
COOL_DOWN_SECONDS = 30.0


@dataclass
class SentCode:
    """A code on its way: where it went and when."""

    code: str
    channel: str
    to: str
    sent_at: float
    spent: bool = False

    def alive(self, now: float) -> bool:
        return not self.spent and now - self.sent_at < LIFE_SECONDS

    def seconds_to_resend(self, now: float) -> int:
        return max(0, round(self.sent_at + COOL_DOWN_SECONDS - now))


def send(store: Store, user: User, channel: str, to: str, previous: SentCode | None = None) -> SentCode:
    """Send a new code, which replaces the previous one; not sooner than the cool-down allows."""
    now = store.now()
    if previous and previous.seconds_to_resend(now):
        raise TooManyError(f"Wait {previous.seconds_to_resend(now)} seconds before asking for another code.")
    limits.spend(store, user, channel)
    sent = SentCode(f"{secrets.randbelow(10**6):06}", channel, to, now)
    delivery.send_code(store, channel, to, sent.code, user)
    return sent


def spend(sent: SentCode | None, typed: str, now: float) -> bool:
    """Accept the code once, while it lives."""
    if sent is None or not sent.alive(now):
        return False
    sent.spent = hmac.compare_digest(sent.code.encode(), typed.encode())
    return sent.spent
