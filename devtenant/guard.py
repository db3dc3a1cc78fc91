"""Who may talk to a tenant that has no real security: this machine, and no web page of somebody else's."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Response, request

LOOPBACK = {"localhost", "127.0.0.1", "::1"}


def refuse_strangers() -> Response | None:
    """Refuse foreign host names (DNS rebinding), and control calls that a page of another site sends."""
    if urlsplit(f"//{request.host}").hostname not in LOOPBACK:
        return _refusal("The local tenant answers to loopback host names only.")
    origin = request.headers.get("Origin")
    changes = request.path.startswith("/dev/") and request.method not in ("GET", "HEAD")
    if changes and origin and urlsplit(origin).netloc != request.host:
        return _refusal("The control endpoints take no orders from other sites' pages.")
    return None


def _refusal(reason: str) -> Response:
    return Response(f"{reason}\n", 403, content_type="text/plain; charset=utf-8")
