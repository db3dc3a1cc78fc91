"""What the claims of an ID token prove, and when: pure functions, no clock and no request."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.auth0.methods_claim import ToldMethods, told_methods

# The class of assurance that Auth0 asks for and returns when a second factor was passed:
# https://auth0.com/docs/secure/multi-factor-authentication/step-up-authentication
PAPE_MFA = "http://schemas.openid.net/pape/policies/2007/06/multi-factor"
# The class for which Auth0's own Actions know no name of their own; the shipped one answers it.
PAPE_PHISHING_RESISTANT = "http://schemas.openid.net/pape/policies/2007/06/phishing-resistant"
MFA_METHOD = "mfa"

# How far the tenant's clock and ours may be apart: for every time of a token the same.
CLOCK_LEEWAY = timedelta(seconds=10)
# How long ago a token may have been made, which comes fresh for each code.
OLDEST_TOKEN = timedelta(minutes=10)

# What a subject and the tenant's session may be, as OpenID Connect Core (section 2) and our columns have it.
LONGEST_SUB = 255
LONGEST_SID = 120
# What is kept of `amr`, which goes into the session and onto a page.
LONGEST_METHOD = 40
MOST_METHODS = 10
# Half a surrogate pair goes into no database and no page, and NUL not into PostgreSQL.
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
REPLACEMENT = "\ufffd"

# Names of RFC 8176; Auth0 documents only `mfa`, so the others are here for what Actions and
# federated connections may add. A value not listed is shown as it came.
AMR_LABELS: dict[str, Promise] = {
    "mfa": _("second factor"),
    "pwd": _("password"),
    "otp": _("authenticator app"),
    "sms": _("text message"),
    "email": _("e-mail"),
    "hwk": _("security key"),
    "swk": _("passkey"),
    "pop": _("key held by this device"),
    "fed": _("another provider's sign-in"),
    "phr": _("passkey or security key"),
}


class Misdated(StrEnum):
    """Why the times of an ID token are refused; the first three have social-core's names."""

    MALFORMED = "invalid_claim"
    YET_TO_COME = "response_not_yet_valid"
    EXPIRED = "response_expired"
    BEFORE_ASKED = "issued_before_asked"


class ClaimsError(ValueError):
    """The claims lack what every ID token has, so they prove nothing about anybody."""


class HadFactor(StrEnum):
    """Whether a factor was on the account before the sign-in or step-up began."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class HadResistant(NamedTuple):
    """The same of what no fake sign-in page can take: passkeys, and keys as a second factor."""

    passkey: HadFactor
    security_key: HadFactor


@dataclass(frozen=True)
class Proof:
    """What one ID token proves. `login_at` is the first factor's time, where the tenant said it.

    `mfa_at` is when the second factor was passed, where that is known better than by the token's own time.
    `doubt` says why one that the token names does not count. `told` is what the claim with times says
    (`AUTH0_METHODS_CLAIM`); None where there is no such claim. What of it counts, `judging` decides:
    `passkey_at` and `security_key_at`, and whether the former is a second factor, too.
    """

    subject: str
    issued_at: datetime
    login_at: datetime | None = None
    has_mfa: bool = False
    methods: tuple[str, ...] = ()
    acr: str | None = None
    session_id: str | None = None
    doubt: HadFactor | None = None
    told: ToldMethods | None = None
    mfa_at: datetime | None = None
    passkey_at: datetime | None = None
    security_key_at: datetime | None = None
    passkey_is_mfa: bool = False

    @property
    def second_factor_at(self) -> datetime | None:
        by_amr = (self.mfa_at or self.issued_at) if self.has_mfa else None
        return latest(by_amr, self.passkey_at if self.passkey_is_mfa else None)

    @property
    def phishing_resistant_at(self) -> datetime | None:
        return latest(self.passkey_at, self.security_key_at)


def latest(*moments: datetime | None) -> datetime | None:
    return max((moment for moment in moments if moment is not None), default=None)


def proof_from_claims(claims: Mapping[str, Any], methods_claim: str = "") -> Proof:
    """Read a validated ID token: what is malformed proves nothing, and without `sub` or `iat` it is none."""
    subject, issued_at = claims.get("sub"), _moment(claims.get("iat"))
    if not isinstance(subject, str) or not subject:
        raise ClaimsError("The ID token names no subject.")
    if not _fits(subject, LONGEST_SUB):
        # Shortened or cleaned it could be somebody else's.
        raise ClaimsError("The ID token's subject does not fit.")
    if issued_at is None:
        raise ClaimsError("The ID token does not say when it was issued.")
    methods = _methods(claims.get("amr"))
    acr = _text(claims.get("acr"))
    return Proof(
        subject=subject,
        issued_at=issued_at,
        login_at=_login_time(claims.get("auth_time"), issued_at),
        # An `acr` that contradicts `amr`, or that cannot be read, is no proof of a second factor; alone it
        # proves nothing at all.
        has_mfa=MFA_METHOD in methods and claims.get("acr") in (None, PAPE_MFA, PAPE_PHISHING_RESISTANT),
        methods=methods[:MOST_METHODS],
        acr=acr,
        session_id=_session_id(claims.get("sid")),
        told=told_methods(claims, methods_claim, issued_at + CLOCK_LEEWAY),
    )


def misdated(claims: Mapping[str, Any], now: datetime, asked_at: datetime) -> Misdated | None:
    """Judge when a token was made, and for how long, by our clock and by when it was asked for.

    One older than the question answers another one, and would date what it proves to before it was proved.
    """
    times = {name: _moment(claims[name]) for name in ("iat", "nbf", "exp") if name in claims}
    issued_at, ends_at = times.get("iat"), times.get("exp")
    if issued_at is None or ends_at is None or None in times.values():
        return Misdated.MALFORMED
    if max(issued_at, times.get("nbf") or issued_at) > now + CLOCK_LEEWAY:
        return Misdated.YET_TO_COME
    if min(ends_at, issued_at + OLDEST_TOKEN) <= now - CLOCK_LEEWAY:
        return Misdated.EXPIRED
    return Misdated.BEFORE_ASKED if issued_at < asked_at - CLOCK_LEEWAY else None


def clocks(claims: Mapping[str, Any], now: datetime, asked_at: datetime) -> str:
    """Name the times of both sides, for the log; what is no time is not quoted."""
    theirs = {name: _moment(claims.get(name)) for name in ("iat", "nbf", "exp", "auth_time")}
    times = {**theirs, "asked": asked_at, "now": now}
    return ", ".join(f"{name} {moment.isoformat() if moment else None}" for name, moment in times.items())


def method_label(method: str) -> str:
    return str(AMR_LABELS.get(method, method))


def roles_from_claims(claims: Mapping[str, Any], name: str) -> frozenset[str]:
    """The roles under a namespaced claim; a claim that is missing or malformed grants none."""
    value = claims.get(name) if name else None
    listed = value if isinstance(value, list) else []
    return frozenset(role for role in listed if isinstance(role, str))


def _moment(value: Any) -> datetime | None:
    """Read a NumericDate (RFC 7519, section 2)."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    try:
        return datetime.fromtimestamp(int(value), UTC)
    except (OverflowError, ValueError, OSError):
        return None


def _login_time(value: Any, issued_at: datetime) -> datetime | None:
    """Read `auth_time`. One later than its token is malformed, and would count as fresh once it has come."""
    moment = _moment(value)
    return moment if moment and moment <= issued_at + CLOCK_LEEWAY else None


def _methods(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        return ()
    # What is replaced keeps its place: with it left out, a name could become that of the second factor.
    return tuple(dict.fromkeys(UNSTORABLE.sub(REPLACEMENT, item)[:LONGEST_METHOD] for item in value))


def _session_id(value: Any) -> str | None:
    """Read `sid`. It names one session at the tenant or none, so one that does not fit is dropped."""
    text = _text(value)
    return text if text and _fits(text, LONGEST_SID) else None


def _fits(text: str, longest: int) -> bool:
    return len(text) <= longest and not UNSTORABLE.search(text)


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None
