"""What leaves the tenant for somebody's phone, mailbox or browser."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Message:
    """What the tenant sent to somebody's phone or mailbox."""

    to: str
    channel: str
    text: str
    at: float
    code: str | None = None
    user_id: str | None = None


@dataclass
class Push:
    """A push request waiting on somebody's phone: `pending`, `approved` or `denied`."""

    id: str
    user_id: str
    at: float
    state: str = "pending"
    method_id: str | None = None


@dataclass
class Ticket:
    """A Guardian enrollment ticket."""

    ticket_id: str
    user_id: str
    created_at: float
    factor: str | None = None
    allow_multiple_enrollments: bool = False
    used: bool = False
    data: dict[str, Any] = field(default_factory=dict)
