"""What the environment must say before the site may start; every complaint names what to change."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from accounts.auth0.tenant import is_loopback

REQUIRED = ("SECRET_KEY", "ALLOWED_HOSTS", "AUTH0_DOMAIN", "AUTH0_CLIENT_ID", "AUTH0_CLIENT_SECRET")
# What may stand in for another.
INSTEAD = {"AUTH0_CLIENT_SECRET": "AUTH0_CLIENT_ASSERTION_KEY"}
SECRETS = (
    "SECRET_KEY",
    "SECRET_KEY_FALLBACKS",
    "AUTH0_CLIENT_SECRET",
    "AUTH0_CLIENT_ASSERTION_KEY",
    "AUTH0_MGMT_CLIENT_SECRET",
)
DOMAINS = ("AUTH0_DOMAIN", "AUTH0_MGMT_DOMAIN")
DEMO_PREFIX = "demo-"
REDIS = "django.core.cache.backends.redis.RedisCache"
# What anybody wrote there runs no code, and a server that hangs is not waited for: pages do without it.
REDIS_OPTIONS: dict[str, object] = {
    "serializer": "accounts.json_serializer.JSONSerializer",
    "socket_connect_timeout": 0.5,
    "socket_timeout": 0.5,
}


def tenant_origin(domain: str) -> str:
    """Where the tenant is, as the browser names it: `http` on this machine alone, `https` anywhere else."""
    return f"{'http' if is_loopback(domain) else 'https'}://{domain}"


def require(values: Mapping[str, object]) -> None:
    """Name everything that production cannot start without, all at once."""
    if missing := [name for name in REQUIRED if not (values[name] or values.get(INSTEAD.get(name, "")))]:
        raise ImproperlyConfigured(
            f"Set {', '.join(missing)} in the environment or in .env (.env.example describes each); "
            f"`make demo` needs none of it."
        )


def refuse_demo_secrets(values: Mapping[str, object]) -> None:
    """Demo secrets are published with this project: they keep nothing from anybody but a local tenant."""
    named = [str(values.get(name) or "") for name in DOMAINS]
    elsewhere = next((domain for domain in named if domain and not is_loopback(domain)), None)
    public = [name for name in SECRETS if _is_public(values[name])]
    if elsewhere and public:
        raise ImproperlyConfigured(
            f"{', '.join(public)} holds a public demo secret, which only a tenant on this machine may see: "
            f"set your own for {elsewhere}."
        )


def with_redis_options(cache: dict[str, Any]) -> dict[str, Any]:
    """Add them to a cache that is Redis; what its URL says itself holds."""
    if cache["BACKEND"] != REDIS:
        return cache
    return cache | {"OPTIONS": REDIS_OPTIONS | cache.get("OPTIONS", {})}


def _is_public(value: object) -> bool:
    parts = value if isinstance(value, list) else [value]
    return any(str(part).startswith(DEMO_PREFIX) for part in parts)
