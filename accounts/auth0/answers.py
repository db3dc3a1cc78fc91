"""What an answer says: its JSON, as far as it can be used, and how often the tenant may be asked."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any, Protocol

from django.utils import timezone

LONGEST_WAIT_SECONDS = 24 * 3600.0
# Auth0's deepest answers, options of a passkey, have four.
MOST_LEVELS = 16
NUMBER = re.compile(r"[0-9]{1,12}")


class JsonAnswer(Protocol):
    def json(self) -> Any:
        """Return what was sent; raises `ValueError` where it is no JSON."""


def json_of(answer: JsonAnswer) -> Any:
    """Read an answer's JSON; a ValueError where it is none, or nested deeper than anything of Auth0's.

    What the parser can just read is too deep for whatever walks through it later, and overflows the stack.
    """
    try:
        found = answer.json()
    except RecursionError:
        raise ValueError("nested without end") from None
    if not _is_shallow(found, MOST_LEVELS):
        raise ValueError("nested too deep")
    return found


def json_or_none(answer: JsonAnswer) -> Any:
    """Read an answer's JSON; None where it is none."""
    try:
        return json_of(answer)
    except ValueError:
        return None


def _is_shallow(value: Any, levels: int) -> bool:
    if not isinstance(value, dict | list):
        return True
    members = value.values() if isinstance(value, dict) else value
    return levels > 0 and all(_is_shallow(member, levels - 1) for member in members)


def retry_after_seconds(headers: Mapping[str, str]) -> float | None:
    """How long a 429 asks to stay away, a day at most: what is longer is no time that anybody meant."""
    asked = _asked_for(headers)
    return None if asked is None else min(asked, LONGEST_WAIT_SECONDS)


def _asked_for(headers: Mapping[str, str]) -> float | None:
    """Read Retry-After (RFC 9110, 10.2.3), else Auth0's x-ratelimit-reset."""
    now = timezone.now().timestamp()
    after, reset = headers.get("retry-after", ""), headers.get("x-ratelimit-reset", "")
    if after.isdecimal():
        return float(after)
    try:
        return max(0.0, parsedate_to_datetime(after).timestamp() - now)
    except ValueError:
        return max(0.0, float(reset) - now) if reset.isdecimal() else None


@dataclass(frozen=True)
class RateLimitHeaders:
    """How many calls a bucket holds, how many are left, and seconds until there is one more."""

    limit: int
    remaining: int
    wait: float


def rate_limit_headers(headers: Mapping[str, str]) -> RateLimitHeaders | None:
    """Read what Auth0 says with each answer of an API; None where that is not said, or makes no sense.

    https://auth0.com/docs/troubleshoot/customer-support/operational-policies/rate-limit-policy
    """
    said = [headers.get(f"x-ratelimit-{name}", "") for name in ("limit", "remaining", "reset")]
    if not all(NUMBER.fullmatch(number) for number in said):
        return None
    limit, remaining, reset = map(int, said)
    return RateLimitHeaders(limit, remaining, max(0.0, reset - timezone.now().timestamp()))
