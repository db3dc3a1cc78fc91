"""Sign-ins on their way, and what is left of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from devtenant.records.actions import Risk


@dataclass
class Session:
    """A single-sign-on session of one browser; `secret` is in its cookie, `sid` in the tokens."""

    sid: str
    secret: str
    user_id: str
    created_at: float
    authenticated_at: float
    last_interacted_at: float
    methods: list[dict[str, Any]] = field(default_factory=list)
    clients: list[str] = field(default_factory=list)
    ip: str = ""
    user_agent: str = ""


@dataclass
class CustomClaims:
    """What post-login Actions add to the tokens."""

    id_token: dict[str, Any] = field(default_factory=dict)
    access_token: dict[str, Any] = field(default_factory=dict)
    added_scopes: list[str] = field(default_factory=list)
    removed_scopes: list[str] = field(default_factory=list)

    def scopes(self, granted: list[str]) -> list[str]:
        """The scopes of the access token, with what Actions added and took away."""
        added = [scope for scope in dict.fromkeys(self.added_scopes) if scope not in granted]
        return [scope for scope in (*granted, *added) if scope not in self.removed_scopes]


@dataclass
class ActionFlow:
    """How far the post-login Actions are in one sign-in, and what they have asked for.

    `waiting` holds the factors still to be shown, `proved` those shown in this transaction.
    """

    position: int = 0
    prompts: int = 0
    waiting: list[dict[str, Any]] = field(default_factory=list)
    proved: set[str] = field(default_factory=set)
    is_challenged: bool = False
    enabled: dict[str, Any] | None = None
    risk: Risk | None = None
    claims: CustomClaims = field(default_factory=CustomClaims)


@dataclass
class Transaction:
    """One run of /authorize, from the request to the code; `id` is the `state` of the login pages."""

    id: str
    client_id: str
    browser: str
    created_at: float
    params: dict[str, str]
    user_id: str | None = None
    sid: str | None = None
    authenticated: bool = False
    first_factor: str | None = None
    mfa_done: bool = False
    mfa_type: str | None = None
    mfa_at: float | None = None
    consented: bool = False
    data: dict[str, Any] = field(default_factory=dict)
    flow: ActionFlow = field(default_factory=ActionFlow)

    @property
    def scopes(self) -> list[str]:
        """The scopes asked for, in their order."""
        return self.params.get("scope", "").split()

    @property
    def acr_values(self) -> list[str]:
        """The classes of assurance asked for."""
        return self.params.get("acr_values", "").split()


@dataclass
class Code:
    """An authorization code, and what the token made from it will say."""

    code: str
    client_id: str
    user_id: str
    sid: str
    redirect_uri: str
    scope: str
    audience: str
    created_at: float
    nonce: str | None = None
    code_challenge: str | None = None
    code_challenge_method: str | None = None
    auth_time: float | None = None
    mfa: bool = False
    mfa_at: float | None = None
    used: bool = False
    scope_changed: bool = False
    claims: CustomClaims = field(default_factory=CustomClaims)


@dataclass
class AccessToken:
    """An opaque access token, good for /userinfo alone."""

    token: str
    client_id: str
    user_id: str
    scope: str
    expires_at: float
    sid: str | None = None
    claims: dict[str, Any] = field(default_factory=dict)


@dataclass
class RefreshToken:
    """A refresh token; all that come from one sign-in share a family."""

    token: str
    family: str
    client_id: str
    user_id: str
    sid: str
    scope: str
    audience: str
    created_at: float
    mfa_at: float | None = None
    used_at: float | None = None
    revoked: bool = False
