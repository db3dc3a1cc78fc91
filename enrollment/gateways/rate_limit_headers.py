"""What the tenant says of a person's rate limit with each answer, and whoever keeps account of it."""

import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import Protocol

from django.utils import timezone

from accounts.auth0.answers import retry_after_seconds
from accounts.auth0.http import Response

GLOBAL_LIMIT = "global-rate-limit"
NUMBER = re.compile(r"[0-9]{1,12}")


@dataclass(frozen=True)
class RateLimitHeaders:
    """Writes a minute, writes left, and seconds until there is one more."""

    limit: int
    remaining: int
    wait: float


class RateLimiter(Protocol):
    """Keeps account of one person's writes."""

    def reserve(self) -> float:
        """Set one write aside before it is made; raises where there is none left."""

    def settle(self, reserved_at: float, rate: RateLimitHeaders | None) -> None:
        """Take note of a write's end. One that is never settled counts until its minute is over."""


def rate_limit_from_headers(answer: Response) -> RateLimitHeaders | None:
    """Read the person's own limit; an answer that speaks of the whole tenant's says nothing about it.

    https://auth0.com/docs/troubleshoot/customer-support/operational-policies/rate-limit-policy
    """
    headers = answer.headers
    limit, remaining, reset = (
        headers.get(f"x-ratelimit-{name}", "") for name in ("limit", "remaining", "reset")
    )
    is_limited = answer.status_code == HTTPStatus.TOO_MANY_REQUESTS
    if headers.get("x-auth0-error-kind") == GLOBAL_LIMIT or not NUMBER.fullmatch(limit):
        return None
    if is_limited:
        return RateLimitHeaders(int(limit), 0, retry_after_seconds(headers) or 0.0)
    if not (NUMBER.fullmatch(remaining) and NUMBER.fullmatch(reset)):
        return None
    return RateLimitHeaders(int(limit), int(remaining), max(0.0, int(reset) - timezone.now().timestamp()))
