"""A serializer for Django's Redis cache: what somebody else wrote there runs no code.

A site names it in CACHES: "OPTIONS": {"serializer": "accounts.json_serializer.JSONSerializer"}.
"""

import json
from typing import Any


class JSONSerializer:
    """Takes the place of Django's, which unpickles whatever it finds."""

    def dumps(self, value: Any) -> bytes:
        """Write a value, an integer as Redis counts, for `incr`; raises `TypeError` where JSON has none."""
        return json.dumps(value, separators=(",", ":")).encode()

    def loads(self, data: bytes) -> Any:
        """Read a value; what is no JSON, as a pickle from before, is as good as absent."""
        try:
            return json.loads(data)
        except (ValueError, RecursionError):
            return None
