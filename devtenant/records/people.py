"""People, and what they prove who they are with."""

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
