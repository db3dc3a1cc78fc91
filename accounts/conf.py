"""The settings of this app, typed, each read in one place; `checks.py` says what is wrong with them."""

import re
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from django.conf import settings

# How long a proof opens gates, where the site does not say otherwise.
DEFAULT_STEP_UP_MAX_AGE = 900
# The name that the shipped Action `claims` has.
DEFAULT_METHODS_CLAIM = "https://mfaproject.example/methods"
HEX_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True)
class RoleSettings:
    """Which roles of the tenant open the admin, and the claim that carries them."""

    claim: str
    staff: str
    superuser: str


@dataclass(frozen=True)
class Branding:
    """How the pages look: a name, a static file, a colour as #rrggbb, an address or a telephone number."""

    site_name: str
    logo: str
    accent: str
    support: str


def branding() -> Branding:
    return Branding(
        site_name=getattr(settings, "ACCOUNT_SECURITY_SITE_NAME", ""),
        logo=getattr(settings, "ACCOUNT_SECURITY_LOGO", ""),
        accent=getattr(settings, "ACCOUNT_SECURITY_ACCENT", ""),
        support=getattr(settings, "ACCOUNT_SECURITY_SUPPORT", ""),
    )


def provider() -> str:
    """The name that social-auth has for this tenant: in its rows, in URLs and in its settings' names."""
    return str(getattr(settings, "AUTH0_PROVIDER", "") or "auth0")


def gate_admin() -> bool:
    """Whether every admin site asks for a second factor, and for the tenant in place of a password."""
    return bool(getattr(settings, "ACCOUNT_SECURITY_GATE_ADMIN", False))


def base_template() -> str:
    """The template that these apps' pages extend; they fill its blocks `title`, `head` and `content`."""
    return str(getattr(settings, "ACCOUNT_SECURITY_BASE_TEMPLATE", "") or "accounts/base.html")


def step_up_window() -> timedelta:
    """How old a proof may be: one constant for gates, texts and drafts."""
    return _seconds(getattr(settings, "STEP_UP_MAX_AGE", DEFAULT_STEP_UP_MAX_AGE))


@lru_cache(maxsize=8)
def _seconds(number: Any) -> timedelta:
    # Asked for by every gate at every request.
    return timedelta(seconds=int(number))


def passkey_is_mfa() -> bool:
    """Whether signing in with a passkey counts as a second factor, too.

    The tenant does not tell whether the passkey's owner was verified, by a finger, a face or a PIN.
    """
    return bool(getattr(settings, "STEP_UP_PASSKEY_IS_MFA", True))


def step_up_rules() -> list[Any]:
    """The path rules as the site wrote them; `rules.py` reads them."""
    return list(getattr(settings, "STEP_UP_RULES", None) or [])


def roles() -> RoleSettings:
    return RoleSettings(
        claim=getattr(settings, "AUTH0_ROLES_CLAIM", ""),
        staff=getattr(settings, "AUTH0_STAFF_ROLE", ""),
        superuser=getattr(settings, "AUTH0_SUPERUSER_ROLE", ""),
    )


def methods_claim() -> str:
    """The claim of the ID token that tells what was proved with which method, and when; empty: not read."""
    return str(getattr(settings, "AUTH0_METHODS_CLAIM", DEFAULT_METHODS_CLAIM) or "")


def require_verified_email() -> bool:
    return bool(getattr(settings, "AUTH0_REQUIRE_VERIFIED_EMAIL", False))


class SessionLimits(NamedTuple):
    """Seconds; 0 is no limit."""

    idle: int
    absolute: int


def session_limits() -> SessionLimits:
    """How long a session lasts unused, and altogether; SESSION_COOKIE_AGE holds besides."""
    idle, absolute = (getattr(settings, f"SESSION_{name}_AGE", 0) for name in ("IDLE", "ABSOLUTE"))
    return SessionLimits(max(0, int(idle)), max(0, int(absolute)))


def new_device_email() -> bool:
    """Whether people are emailed of a sign-in with a browser that is new to their account."""
    return bool(getattr(settings, "ACCOUNT_SECURITY_NEW_DEVICE_EMAIL", False))


def trusted_proxies() -> int:
    """How many reverse proxies of ours append to X-Forwarded-For; 0 trusts the connection's address alone."""
    return int(getattr(settings, "TRUSTED_PROXY_COUNT", 0))


def connect_timeout() -> float:
    """Seconds to wait for a connection to the tenant."""
    return float(getattr(settings, "TENANT_CONNECT_TIMEOUT", 3))


def read_timeout() -> float:
    """Seconds to wait for an answer of the tenant; a page waits this long at most when the tenant hangs."""
    return float(getattr(settings, "TENANT_READ_TIMEOUT", 5))


def request_timeout() -> float:
    """Seconds that one request to this site may wait for the tenant, however many calls it makes."""
    return float(getattr(settings, "TENANT_REQUEST_TIMEOUT", 5))


def retry_budget() -> float:
    """Seconds that one call may spend waiting between tries; a longer Retry-After is not waited for."""
    return float(getattr(settings, "TENANT_RETRY_BUDGET", 2))
