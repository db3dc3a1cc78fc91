"""Who may talk to a tenant that has no real security: this machine, and no web page of somebody else's."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Response, request

SAFE = ("GET", "HEAD")
LOOPBACK = {"localhost", "127.0.0.1", "::1"}


def refuse_strangers() -> Response | None:
    """Refuse foreign host names (DNS rebinding), and control calls that a page of another site sends."""
    if urlsplit(f"//{request.host}").hostname not in LOOPBACK:
        return _refusal("The local tenant answers to loopback host names only.")
    if request.path.startswith("/dev/") and request.method not in SAFE and _is_from_elsewhere():
        return _refusal("The control endpoints take no orders from other sites' pages.")
    return None


def _is_from_elsewhere() -> bool:
    """Browsers say where a request comes from; `same-site` is another port of this machine, and elsewhere."""
    origin, site = request.headers.get("Origin"), request.headers.get("Sec-Fetch-Site")
    return origin not in (None, request.host_url.rstrip("/")) or site not in (None, "same-origin", "none")


def _refusal(reason: str) -> Response:
    return Response(f"{reason}\n", 403, content_type="text/plain; charset=utf-8")
