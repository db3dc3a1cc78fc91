"""The claim that tells which methods a session at the tenant was proved with, and when: pure, no clock."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

# How an Action names them: https://auth0.com/docs/customize/actions/explore-triggers/signup-and-login-triggers
PASSKEY, SECOND_FACTOR = "passkey", "mfa"
SECURITY_KEYS = frozenset({"webauthn-roaming", "webauthn-platform"})

# They gather over a whole session, the latest last, each sort once: this is more than there are.
MOST_ENTRIES = 100


@dataclass(frozen=True)
class ToldMethods:
    """When each sort of method was used last, as the tenant has it; None where it names none."""

    passkey_at: datetime | None = None
    second_factor_at: datetime | None = None
    # A second factor that was a security key, or this device's unlock.
    security_key_at: datetime | None = None


def told_methods(claims: Mapping[str, Any], name: str, latest: datetime) -> ToldMethods | None:
    """Read the claim of that name; None where there is none.

    What cannot be read proves nothing, and neither does a time after `latest`: it would count as fresh once
    that moment has come.
    """
    value = claims.get(name) if name else None
    if not isinstance(value, list):
        return None
    times = list(_times(value[-MOST_ENTRIES:], latest))
    return ToldMethods(
        passkey_at=max((at for method, _type, at in times if method == PASSKEY), default=None),
        second_factor_at=max((at for method, _type, at in times if method == SECOND_FACTOR), default=None),
        security_key_at=max(
            (at for method, type_, at in times if method == SECOND_FACTOR and type_ in SECURITY_KEYS),
            default=None,
        ),
    )


def _times(entries: list[Any], latest: datetime) -> Iterator[tuple[str, str, datetime]]:
    for entry in entries:
        if not isinstance(entry, dict):
            continue
        method, type_, at = entry.get("name"), entry.get("type", ""), _moment(entry.get("timestamp"))
        if isinstance(method, str) and isinstance(type_, str) and at is not None and at <= latest:
            yield method, type_, at


def _moment(value: Any) -> datetime | None:
    """Read a time as JavaScript writes it, down to the second; one without a zone is none."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value).replace(microsecond=0)
        return moment.astimezone(UTC) if moment.utcoffset() is not None else None
    except (ValueError, OverflowError):
        return None
