"""What tests do to the site's cache behind its back, be it local memory or Redis."""

from typing import Any

from django.conf import settings
from django.core.cache import cache

# Nothing listens on port 9.
DEAD = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": "redis://localhost:9/0",
    }
}


def age(seconds: float) -> None:
    """Let time pass for Redis too, which has a clock of its own; the local-memory cache goes by ours."""
    if not _is_redis():
        return
    client = _client()
    for key in client.scan_iter():
        left = client.pttl(key)
        if left < 0:
            continue
        # One whose time is over is gone at once: a fast test would still find it in its last millisecond.
        if (rest := int(left - seconds * 1000)) > 0:
            client.pexpire(key, rest)
        else:
            client.delete(key)


def contents() -> dict[str, Any]:
    """Every name, and what is kept under it."""
    # A key is written as prefix:version:name.
    names = [key.split(":", 2)[2] for key in _keys()]
    return {name: cache.get(name) for name in names}


def _keys() -> list[str]:
    if _is_redis():
        return [key.decode() for key in _client().scan_iter()]
    return list(cache._cache)  # type: ignore[attr-defined]


def _is_redis() -> bool:
    backend: str = settings.CACHES["default"]["BACKEND"]
    return backend.endswith("RedisCache")


def _client() -> Any:
    return cache._cache.get_client(None, write=True)  # type: ignore[attr-defined]
