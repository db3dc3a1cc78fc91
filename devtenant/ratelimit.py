"""Which bucket a call to an API draws from, and how large it is on the tenant's plan.

Figures: Auth0's rate limit policy, "Management API endpoint rate limits" and the My Account API's page.
"""

from dataclasses import dataclass

from devtenant.buckets import Taken, take
from devtenant.store import Store


@dataclass(frozen=True)
class Rate:
    """A bucket of `burst` tokens that gains `per_second` of them each second."""

    burst: int
    per_second: float


def per_minute(burst: int, tokens: int) -> Rate:
    return Rate(burst, tokens / 60)


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


def spend(store: Store, bucket: str, owner: str = "") -> Taken:
    """Take one token from a bucket of the tenant, or of one person when `owner` is said.

    A plan that does not name the bucket has one for the whole Management API.
    """
    plan = PLANS.get(store.settings.plan) if store.settings.rate_limits else None
    if plan is None:
        bucket, rate = "unlimited", UNLIMITED
    else:
        bucket = bucket if bucket in plan else "management"
        rate = plan[bucket]
    return take(store, f"{bucket}:{owner}", burst=rate.burst, per_second=rate.per_second)
