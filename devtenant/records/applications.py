"""Applications, and the APIs they get tokens for."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Client:
    """A registered application."""

    client_id: str
    client_secret: str
    name: str
    callbacks: list[str] = field(default_factory=list)
    allowed_logout_urls: list[str] = field(default_factory=list)
    grant_types: list[str] = field(default_factory=list)
    token_endpoint_auth_method: str = "client_secret_post"
    # Public keys (PEM) that its assertions are checked with, where that is its method.
    public_keys: list[str] = field(default_factory=list)
    grants: dict[str, list[str]] = field(default_factory=dict)
    user_grants: dict[str, list[str]] = field(default_factory=dict)
    refresh_policies: dict[str, list[str]] = field(default_factory=dict)
    rotate_refresh_tokens: bool = True
    # Where logout tokens go, and what has them sent; Auth0's own default, "all" for everything.
    backchannel_logout_urls: list[str] = field(default_factory=list)
    backchannel_logout_initiators: list[str] = field(default_factory=lambda: ["rp-logout", "idp-logout"])


@dataclass
class Api:
    """A resource server: an audience that access tokens can be made for."""

    audience: str
    name: str
    scopes: list[str] = field(default_factory=list)
    system: bool = False
    lifetime: int = 86400
    allow_offline_access: bool = True
