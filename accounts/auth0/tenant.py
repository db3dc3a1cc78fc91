"""The Auth0 tenant: the one place that knows its domain, its credentials and how its URLs are built."""

import re
from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

LOOPBACK = re.compile(r"(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?")

# Secrets that begin so are published with this project.
DEMO_PREFIX = "demo-"

# Keys of the tenant's and of ours alike (RFC 7518, section 3.3).
SMALLEST_RSA_BITS = 2048

# What an access token is made of (RFC 6749, appendix A.12): anything else goes into no header.
ACCESS_TOKEN = re.compile(r"[\x20-\x7e]+")


@dataclass(frozen=True)
class Tenant:
    """A tenant by its domain, as Auth0's own settings write it: no scheme, no path."""

    domain: str
    scheme: str

    @property
    def origin(self) -> str:
        return f"{self.scheme}://{self.domain}"

    def url(self, path: str, **query: str) -> str:
        """Build a URL of the tenant; `path` starts with a slash and is already percent-encoded."""
        return f"{self.origin}{path}{'?' if query else ''}{urlencode(query)}"

    @property
    def issuer(self) -> str:
        """The `iss` of its tokens: Auth0 writes it with a trailing slash."""
        return f"{self.origin}/"

    @property
    def audience_management(self) -> str:
        return f"{self.origin}/api/v2/"

    @property
    def audience_my_account(self) -> str:
        return f"{self.origin}/me/"


@dataclass(frozen=True)
class ClientCredentials:
    """An application registered at the tenant; secret and key stay out of `repr`, and so out of logs.

    It proves itself by one of the two: with a key (PEM) no secret is sent.
    """

    client_id: str
    client_secret: str
    assertion_key: str = ""

    @property
    def is_complete(self) -> bool:
        return bool(self.client_id and (self.client_secret or self.assertion_key))

    def __repr__(self) -> str:
        return f"ClientCredentials(client_id={self.client_id!r})"


def is_loopback(domain: str) -> bool:
    """Say whether a domain, with or without a port, is this machine; only then may `http` be spoken."""
    return LOOPBACK.fullmatch(domain) is not None


def is_access_token(value: object) -> bool:
    """Say whether this can be sent as an access token."""
    return isinstance(value, str) and ACCESS_TOKEN.fullmatch(value) is not None


def domain() -> str:
    """The tenant's domain as the site wrote it; empty where it wrote none."""
    return _setting("AUTH0_DOMAIN")


def current_tenant() -> Tenant:
    if not (name := domain()):
        raise ImproperlyConfigured("Set AUTH0_DOMAIN to the domain of your Auth0 tenant.")
    return _tenant(name)


def _tenant(domain: str) -> Tenant:
    return Tenant(domain=domain, scheme="http" if is_loopback(domain) else "https")


def _setting(name: str) -> str:
    return str(getattr(settings, name, "") or "")


def management_tenant() -> Tenant:
    """The tenant by the domain that its Management API is known by.

    With a custom domain that stays the tenant's own: the API's audience keeps it, and a token asked for with
    another is refused (https://auth0.com/docs/secure/tokens/access-tokens/get-access-tokens).
    """
    own = _setting("AUTH0_MGMT_DOMAIN")
    return _tenant(own) if own else current_tenant()


def web_client() -> ClientCredentials:
    """The application that people sign in with."""
    return ClientCredentials(
        _setting("AUTH0_CLIENT_ID"), _setting("AUTH0_CLIENT_SECRET"), _setting("AUTH0_CLIENT_ASSERTION_KEY")
    )


def management_client() -> ClientCredentials:
    """The application that reads and changes factors; by default the one people sign in with.

    Without its own secret it proves itself by the key, where the site has one.
    """
    own, key = _setting("AUTH0_MGMT_CLIENT_SECRET"), _setting("AUTH0_CLIENT_ASSERTION_KEY")
    return ClientCredentials(
        _setting("AUTH0_MGMT_CLIENT_ID") or _setting("AUTH0_CLIENT_ID"),
        own or _setting("AUTH0_CLIENT_SECRET"),
        "" if own else key,
    )
