"""Token buckets by plan, on the tenant's clock, and the three headers that tell of them.

Figures: Auth0's rate limit policy, "Management API endpoint rate limits" and the My Account API's page.
"""

import math
from dataclasses import dataclass

from devtenant.store import Store


@dataclass(frozen=True)
class Rate:
    """A bucket of `burst` tokens that gains `per_second` of them each second."""

    burst: int
    per_second: float


@dataclass(frozen=True)
class Reading:
    """What a bucket said to one call."""

    allowed: bool
    limit: int
    remaining: int
    reset: int
    wait_seconds: int

    @property
    def headers(self) -> dict[str, str]:
        """The headers that every answer carries."""
        return {
            "x-ratelimit-limit": str(self.limit),
            "x-ratelimit-remaining": str(self.remaining),
            "x-ratelimit-reset": str(self.reset),
        }


def per_minute(burst: int, tokens: int) -> Rate:
    return Rate(burst, tokens / 60)


# The same on every plan: what a person may ask of /userinfo.
EVERYWHERE = {"userinfo": per_minute(10, 5)}

# No plan is really unlimited: this one spares tests and tools that are not about limits.
UNLIMITED = Rate(100_000, 100_000.0)

PLANS: dict[str, dict[str, Rate]] = {
    "free": {
        "management": Rate(2, 2.0),
        "me-tenant-read": Rate(2, 2.0),
        "me-tenant-write": Rate(2, 2.0),
        "me-tenant-filtered": Rate(5, 5.0),
        "me-user-read": per_minute(2, 2),
        "me-user-write": per_minute(2, 2),
        "me-user-filtered": per_minute(5, 5),
    },
    "paid": {
        "management": per_minute(10, 150),
        "read-users": per_minute(40, 500),
        "write-users": per_minute(20, 200),
        "read-logs": per_minute(10, 100),
        "read-clients": per_minute(5, 100),
        "me-tenant-read": Rate(5, 5.0),
        "me-tenant-write": Rate(5, 5.0),
        "me-tenant-filtered": Rate(20, 20.0),
        "me-user-read": per_minute(5, 5),
        "me-user-write": per_minute(5, 5),
        "me-user-filtered": per_minute(10, 10),
    },
    "enterprise": {
        "management": Rate(50, 16.0),
        "me-tenant-read": Rate(25, 25.0),
        "me-tenant-write": Rate(25, 25.0),
        "me-tenant-filtered": Rate(100, 100.0),
        "me-user-read": per_minute(5, 5),
        "me-user-write": per_minute(5, 5),
        "me-user-filtered": per_minute(20, 20),
    },
}


def spend(store: Store, bucket: str, owner: str = "") -> Reading:
    """Take one token from a bucket of the tenant, or of one person when `owner` is said.

    A plan that does not name the bucket has one for the whole Management API.
    """
    plan = PLANS.get(store.settings.plan) if store.settings.rate_limits else None
    if plan is None:
        rate, key = UNLIMITED, bucket
    else:
        rates = EVERYWHERE | plan
        bucket = bucket if bucket in rates else "management"
        rate, key = rates[bucket], f"{store.settings.plan}:{bucket}"
    with store.lock:
        return _spend(store, f"{key}:{owner}", rate)


def _spend(store: Store, key: str, rate: Rate) -> Reading:
    now = store.now()
    tokens, at = store.buckets.get(key, [float(rate.burst), now])
    tokens = min(float(rate.burst), tokens + max(0.0, now - at) * rate.per_second)
    allowed = tokens >= 1
    if allowed:
        tokens -= 1
    store.buckets[key] = [tokens, now]
    wait = (math.floor(tokens) + 1 - tokens) / rate.per_second
    return Reading(allowed, rate.burst, math.floor(tokens), math.ceil(now + wait), math.ceil(wait))
