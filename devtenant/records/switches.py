"""How the tenant is set, what it signs with, and what it gets wrong on demand."""

from __future__ import annotations

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


@dataclass
class Settings:
    """The tenant's switches, as an administrator would set them in the dashboard."""

    plan: str = "paid"
    policies: list[str] = field(default_factory=list)
    factors: dict[str, bool] = field(default_factory=dict)
    phone_message_types: list[str] = field(default_factory=lambda: ["sms", "voice"])
    acr_action: bool = True
    require_verified_email: bool = False
    default_policy: bool = False
    my_account_active: bool = True
    allow_remember_browser: bool = True
    roles_claim: str = "https://mfaproject.example/roles"
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


@dataclass
class Fault:
    """A misbehaviour on demand; `after` lets the work be done before its answer is lost."""

    route: str
    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    body: str | None = None
    delay: float = 0.0
    drop: bool = False
    after: bool = False
    times: int | None = None


@dataclass
class TokenFault:
    """What is wrong with the next ID token."""

    set: dict[str, Any] = field(default_factory=dict)
    drop: list[str] = field(default_factory=list)
    key: str | None = None
    alg: str | None = None
