"""What a logout token says: pure (OpenID Connect Back-Channel Logout 1.0, 2.4 and 2.6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.auth0.claims import LONGEST_SID, LONGEST_SUB, OLDEST_TOKEN, UNSTORABLE, misdated

EVENT = "http://schemas.openid.net/event/backchannel-logout"
# What the specification recommends, and what Auth0 writes. An ID token says `JWT` too, but tells of no event.
TYPES = frozenset({"logout+jwt", "jwt"})
LONGEST_JTI = 255


class LogoutTokenError(Exception):
    """It is no logout token for this site; `code` says why, and quotes nothing of it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class LogoutToken:
    """Which sessions are over: the one that the tenant knows as `sid`, or without one all of `sub`."""

    jti: str
    sub: str = ""
    sid: str = ""


def check_type(header: Mapping[str, Any]) -> None:
    """Refuse a token that says of itself that it is something else, or does not say what it is."""
    if str(header.get("typ", "")).lower() not in TYPES:
        raise LogoutTokenError("typ")


def logout_from_claims(
    claims: Mapping[str, Any], *, issuer: str, client_id: str, now: datetime
) -> LogoutToken:
    """Read the claims of a token whose signature is good; raises `LogoutTokenError`."""
    _require("iss", claims.get("iss") == issuer)
    _require("aud", _is_for(claims.get("aud"), client_id))
    fault = misdated(claims, now, now - OLDEST_TOKEN)
    _require(fault.value if fault else "", fault is None)
    _require("events", _tells_of_logout(claims.get("events")))
    # With one it would be an ID token (section 2.4).
    _require("nonce", "nonce" not in claims)
    token = LogoutToken(
        _name(claims, "jti", LONGEST_JTI),
        sub=_name(claims, "sub", LONGEST_SUB),
        sid=_name(claims, "sid", LONGEST_SID),
    )
    _require("jti", bool(token.jti))
    _require("sub", bool(token.sub or token.sid))
    return token


def _require(code: str, is_so: bool) -> None:
    if not is_so:
        raise LogoutTokenError(code)


def _is_for(audience: Any, client_id: str) -> bool:
    return bool(client_id) and (
        audience == client_id or (isinstance(audience, list) and client_id in audience)
    )


def _tells_of_logout(events: Any) -> bool:
    return isinstance(events, dict) and isinstance(events.get(EVENT), dict)


def _name(claims: Mapping[str, Any], name: str, longest: int) -> str:
    """Read a name; one that is there and cannot be one is no absent one."""
    if name not in claims:
        return ""
    value = claims[name]
    fits = isinstance(value, str) and 0 < len(value) <= longest and not UNSTORABLE.search(value)
    _require(name, fits)
    return str(value)
