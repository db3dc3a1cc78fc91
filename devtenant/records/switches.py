"""How the tenant is set, what it signs with, and what it gets wrong on demand."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

# Where this machine's own addresses are said to be: the one entry of this tenant's map of addresses.
HERE = {
    "country_code": "SE",
    "country_code3": "SWE",
    "country_name": "Sweden",
    "city_name": "Lund",
    "latitude": 55.7,
    "longitude": 13.2,
    "time_zone": "Europe/Stockholm",
    "continent_code": "EU",
}

ROUTE = re.compile(r"(\*|[A-Z]+) /\S*")
HEADER = re.compile(r"[\w!#$%&'*+.^`|~-]+: [\t -~]*", re.ASCII)
STATUSES = range(200, 600)
LONGEST_DELAY = 600


@dataclass
class Settings:
    """The tenant's switches, as an administrator would set them in the dashboard."""

    plan: str = "paid"
    policies: list[str] = field(default_factory=list)
    factors: dict[str, bool] = field(default_factory=dict)
    phone_message_types: list[str] = field(default_factory=lambda: ["sms", "voice"])
    # "Customize MFA Factors using Actions": without it, challengeWith and enrollWith do nothing.
    customize_mfa_in_postlogin_action: bool = True
    require_verified_email: bool = False
    default_policy: bool = False
    # Answers of /authorize name the tenant, and discovery announces it (RFC 9207).
    names_issuer: bool = False
    # The `typ` of logout tokens: what the specification recommends. Auth0 writes `JWT`.
    logout_token_type: str = "logout+jwt"
    my_account_active: bool = True
    allow_remember_browser: bool = True
    id_token_lifetime: int = 36000
    code_lifetime: int = 60
    refresh_leeway: int = 0
    friendly_name: str = "Demo tenant"
    location: dict[str, Any] = field(default_factory=lambda: dict(HERE))
    rate_limits: bool = True
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass
class SigningKey:
    """An RS256 key; its state is `next`, `current` or `previous`."""

    kid: str
    pem: str
    state: str
    use: str = "sig"


@dataclass
class Fault:
    """A misbehaviour on demand.

    `after` lets the work be done before its answer is lost; `change` sets members of the answer to it. What
    could not be carried out is refused here: at the request that it waits for, it would be a crash.
    """

    route: str
    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    body: str | None = None
    delay: float = 0.0
    drop: bool = False
    after: bool = False
    change: dict[str, Any] = field(default_factory=dict)
    times: int | None = None

    def __post_init__(self) -> None:
        if not ROUTE.fullmatch(self.route):
            raise ValueError("route must be a method, or *, and a path")
        if self.status is not None and self.status not in STATUSES:
            raise ValueError("status must be from 200 to 599")
        if not 0 <= self.delay <= LONGEST_DELAY:
            raise ValueError(f"delay must be from 0 to {LONGEST_DELAY} seconds")
        if self.times is not None and self.times < 1:
            raise ValueError("times must be 1 or more")
        if not all(HEADER.fullmatch(f"{name}: {value}") for name, value in self.headers.items()):
            raise ValueError("headers must be names and values that HTTP can carry")


@dataclass
class TokenFault:
    """What is wrong with the next ID token."""

    set: dict[str, Any] = field(default_factory=dict)
    drop: list[str] = field(default_factory=list)
    header: dict[str, Any] = field(default_factory=dict)
    key: str | None = None
    alg: str | None = None
