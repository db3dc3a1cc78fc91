"""Where the local tenant rightly leaves Auth0's OpenAPI descriptions, and why.

Each entry is a place where the descriptions are known to be narrower than the service: what Auth0's own
documentation, SDKs or other descriptions say instead is in `reason`. Anything not listed fails.
"""

import re
from dataclasses import dataclass

from tests.plugins.exchange import Exchange, Fault


@dataclass(frozen=True)
class Allowed:
    """One tolerated difference; empty fields match anything."""

    reason: str
    contract: str
    kind: str
    method: str = ""
    path: str = ""
    status: int = 0
    text: str = ""

    def covers(self, contract: str, exchange: Exchange, fault: Fault) -> bool:
        return (
            (self.contract, self.kind) == (contract, fault.kind)
            and self.method in ("", exchange.method)
            and self.status in (0, exchange.status)
            and re.search(self.path, exchange.path) is not None
            and re.search(self.text, fault.text) is not None
        )


MANAGEMENT, MY_ACCOUNT, AUTHENTICATION = "management-api", "my-account-api", "authentication-api"

EXCEPTIONS = (
    Allowed(
        "Every Management call is metered; the older Guardian and recovery-code operations forget to say 429",
        MANAGEMENT,
        "status",
        status=429,
    ),
    Allowed(
        "Some calls by user id forget the 404 for a person who does not exist; their neighbours declare it",
        MANAGEMENT,
        "status",
        path=r"/users/[^/]+/(roles|logs|authentication-methods)$",
        status=404,
    ),
    Allowed(
        "The description of the answer to PATCH lists the types that can be created; "
        "reads list push, passkey and webauthn-platform too, and they can be renamed",
        MANAGEMENT,
        "answer",
        method="PATCH",
        path=r"/authentication-methods/(push|passkey|webauthn-platform|guardian|recovery-code)%7C",
        text=r"\$\.type",
    ),
    Allowed(
        "The pattern of an enrollment's name is no valid regular expression and refuses its own example",
        MANAGEMENT,
        "answer",
        path=r"/guardian/enrollments/",
        text=r"^answer \$\.name",
    ),
    Allowed(
        "In use by the SDK (users.revoke_access, users.refresh_token), but not in this description",
        MANAGEMENT,
        "path",
        path=r"/users/[^/]+/(revoke-access|refresh-tokens)$",
    ),
    Allowed(
        "A0E-404-0001 tells of any unknown resource, and of a tenant where My Account is not activated",
        MY_ACCOUNT,
        "status",
        status=404,
    ),
    Allowed("The same for a path that does not exist", MY_ACCOUNT, "path"),
    Allowed(
        "Custom claims under a namespaced name are part of /userinfo (Auth0, Create Custom Claims)",
        AUTHENTICATION,
        "answer",
        path="^/userinfo$",
        text=r"Unevaluated properties are not allowed \('https?://",
    ),
    Allowed(
        "/userinfo is metered, 5 a minute for a person (Auth0, Authentication API rate limits)",
        AUTHENTICATION,
        "status",
        path="^/userinfo$",
        status=429,
    ),
    Allowed(
        "Bad client_id, redirect_uri or a failure before one can be trusted: an error page, not JSON",
        AUTHENTICATION,
        "media",
        path="^/(authorize|oidc/logout|v2/logout)",
    ),
    Allowed(
        "Logout answers a bad returnTo, or a missing hint, with a page of its own (Auth0, Log Users Out)",
        AUTHENTICATION,
        "status",
        path="^/(oidc|v2)/logout$",
    ),
    Allowed(
        "client_secret_basic (discovery lists it) carries the client in a header, not in the form",
        AUTHENTICATION,
        "request",
        path="^/oauth/(token|revoke)$",
        text="client_id|client_secret|valid under any|'audience', 'grant_type' were|client_credentials",
    ),
    Allowed(
        "Discovery documents of tenants list `plain` beside S256",
        AUTHENTICATION,
        "query",
        path="^/authorize$",
        text="'plain' is not one of",
    ),
    Allowed(
        "The session id as a hint in place of an ID token (Auth0, OIDC Back-Channel and RP-initiated logout)",
        AUTHENTICATION,
        "query",
        path="^/oidc/logout$",
        text="logout_hint",
    ),
    Allowed(
        "Multi-resource refresh tokens take an audience (Auth0, Multi-Resource Refresh Token)",
        AUTHENTICATION,
        "request",
        path="^/oauth/token$",
        text=r"\('audience' was unexpected\)",
    ),
)


def is_excepted(contract: str, exchange: Exchange, fault: Fault) -> bool:
    return any(allowed.covers(contract, exchange, fault) for allowed in EXCEPTIONS)
