"""What a tenant remembers, as plain records; times are seconds since the epoch on the tenant's own clock."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

DATABASE = "Username-Password-Authentication"
GOOGLE = "google-oauth2"


@dataclass
class Method:
    """An authentication method of a person, under the names and types of the Management API."""

    id: str
    type: str
    user_id: str
    created_at: float
    confirmed: bool = True
    name: str = ""
    enrolled_at: float | None = None
    last_auth_at: float | None = None
    link_id: str | None = None
    secret: str | None = None
    last_totp_step: int = -1
    phone_number: str | None = None
    preferred_authentication_method: str | None = None
    email: str | None = None
    key_id: str | None = None
    public_key: str | None = None
    sign_count: int = 0
    relying_party_identifier: str | None = None
    credential_device_type: str | None = None
    credential_backed_up: bool | None = None
    aaguid: str | None = None
    transports: list[str] = field(default_factory=list)
    user_agent: str | None = None
    user_handle: str | None = None
    identity_user_id: str | None = None
    demo_private_key: str | None = None


@dataclass
class RememberedBrowser:
    """A browser that may skip the tenant's MFA policy for a while."""

    token: str
    created_at: float
    last_used_at: float


@dataclass
class User:
    """A person of the tenant."""

    user_id: str
    email: str
    created_at: float
    updated_at: float
    password: str | None = None
    email_verified: bool = True
    name: str = ""
    nickname: str = ""
    given_name: str = ""
    family_name: str = ""
    picture: str = ""
    locale: str = "en"
    connection: str = DATABASE
    roles: list[str] = field(default_factory=list)
    blocked: bool = False
    last_login: float | None = None
    last_ip: str | None = None
    logins_count: int = 0
    last_password_reset: float | None = None
    app_metadata: dict[str, Any] = field(default_factory=dict)
    user_metadata: dict[str, Any] = field(default_factory=dict)
    methods: list[Method] = field(default_factory=list)
    recovery_code: str | None = None
    remembered_browsers: list[RememberedBrowser] = field(default_factory=list)
    login_failures: list[float] = field(default_factory=list)

    @property
    def identity_id(self) -> str:
        """The part of the subject after the strategy's name."""
        return self.user_id.split("|", 1)[1]


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
    grants: dict[str, list[str]] = field(default_factory=dict)
    user_grants: dict[str, list[str]] = field(default_factory=dict)
    refresh_policies: dict[str, list[str]] = field(default_factory=dict)
    rotate_refresh_tokens: bool = True


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
    consented: bool = False
    data: dict[str, Any] = field(default_factory=dict)

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


@dataclass
class AccessToken:
    """An opaque access token, good for /userinfo alone."""

    token: str
    client_id: str
    user_id: str
    scope: str
    expires_at: float
    sid: str | None = None


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


@dataclass
class SigningKey:
    """An RS256 key; its state is `next`, `current` or `previous`."""

    kid: str
    pem: str
    state: str


@dataclass
class Ticket:
    """A Guardian enrollment ticket."""

    ticket_id: str
    user_id: str
    created_at: float
    factor: str | None = None
    allow_multiple_enrollments: bool = False
    used: bool = False
    data: dict[str, Any] = field(default_factory=dict)


@dataclass
class Message:
    """What the tenant sent to somebody's phone or mailbox."""

    to: str
    channel: str
    text: str
    at: float
    code: str | None = None
    user_id: str | None = None


@dataclass
class Push:
    """A push request waiting on somebody's phone: `pending`, `approved` or `denied`."""

    id: str
    user_id: str
    at: float
    state: str = "pending"
    method_id: str | None = None


@dataclass
class Api:
    """A resource server: an audience that access tokens can be made for."""

    audience: str
    name: str
    scopes: list[str] = field(default_factory=list)
    system: bool = False
    lifetime: int = 86400
    allow_offline_access: bool = True


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
    rate_limits: bool = True
    extra: dict[str, Any] = field(default_factory=dict)
