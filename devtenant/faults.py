"""Which fault, if any, waits for a request."""

from __future__ import annotations

import re
from urllib.parse import unquote

from devtenant.records import Fault
from devtenant.store import Store


def take(store: Store, method: str, path: str) -> Fault | None:
    """The first fault for this request; one that was ordered for so many times is used up."""
    with store.lock:
        for fault in store.faults:
            if matches(fault.route, method, path):
                return _spent(store, fault)
    return None


def matches(route: str, method: str, path: str) -> bool:
    """`GET /api/v2/users/*`: `*` is any method or one path segment, `**` is any number of segments."""
    wanted_method, _, pattern = route.partition(" ")
    if wanted_method not in ("*", method):
        return False
    parts = re.split(r"(\*\*|\*)", pattern)
    expression = "".join({"**": ".*", "*": "[^/]*"}.get(part, re.escape(part)) for part in parts)
    return any(re.fullmatch(expression, one) for one in (path, unquote(path)))


def _spent(store: Store, fault: Fault) -> Fault:
    if fault.times is not None:
        fault.times -= 1
        if fault.times <= 0:
            store.faults.remove(fault)
    return fault
