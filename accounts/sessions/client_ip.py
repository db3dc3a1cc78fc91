"""Where a request comes from."""

from ipaddress import ip_address

from django.http import HttpRequest

from accounts import conf


def client_ip(request: HttpRequest) -> str | None:
    """Return the visitor's address. X-Forwarded-For is the visitor's word, up to the proxies we trust."""
    proxies = conf.trusted_proxies()
    address: str | None = request.META.get("REMOTE_ADDR")
    hops = [hop.strip() for hop in request.headers.get("x-forwarded-for", "").split(",") if hop.strip()]
    if proxies and len(hops) >= proxies:
        address = hops[-proxies]
    return _valid(address)


def _valid(address: str | None) -> str | None:
    try:
        return str(ip_address(address or ""))
    except ValueError:
        return None
