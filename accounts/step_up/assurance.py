"""What this session has proved and when: sole owner of the session's record, and of the verdict on it."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Self

from django.http import HttpRequest
from django.middleware.csrf import rotate_token

from accounts import conf
from accounts.auth0.claims import CLOCK_LEEWAY, HadFactor, Proof
from accounts.identity import subject_of

SESSION_KEY = "assurance"


@dataclass(frozen=True)
class Assurance:
    """Two clocks: `mfa_at`, when a second factor was last passed; `login_at`, when the first one was.

    `doubt` says why the second factor that was used last does not count, if it does not.
    """

    subject: str
    mfa_at: datetime | None = None
    login_at: datetime | None = None
    methods: tuple[str, ...] = ()
    session_id: str | None = None
    doubt: HadFactor | None = None


@dataclass(frozen=True)
class Requirement:
    """How recent a proof a place asks for, on either clock or both.

    `after` asks besides that each clock named was set later than that moment, however short the time since.
    """

    mfa_within: timedelta | None = None
    login_within: timedelta | None = None
    after: datetime | None = None

    def __post_init__(self) -> None:
        windows = [window for window in (self.mfa_within, self.login_within) if window is not None]
        if not windows or min(windows) <= timedelta():
            raise ValueError("A requirement names a window, and a window is longer than nothing.")

    @classmethod
    def mfa(cls, within: timedelta | None = None) -> Self:
        """A second factor within the site's window, or the one given."""
        return cls(mfa_within=within or conf.step_up_window())

    @classmethod
    def fresh_login(cls, within: timedelta | None = None) -> Self:
        """A first factor within the site's window, for somebody who has no second one to be asked for."""
        return cls(login_within=within or conf.step_up_window())


class Verdict(StrEnum):
    ALLOWED = "allowed"
    MFA_MISSING = "mfa_missing"
    MFA_STALE = "mfa_stale"
    LOGIN_MISSING = "login_missing"
    LOGIN_STALE = "login_stale"
    # The proof is good; the permission that goes with it (`accounts.step_up.my_account`) is missing.
    TOKEN_MISSING = "token_missing"  # noqa: S105  # a name, not a secret


def verdict(assurance: Assurance | None, requirement: Requirement, now: datetime) -> Verdict:
    """Judge a record. No record, no time, a time that has passed or is yet to come: each means no."""
    mfa_at = assurance.mfa_at if assurance else None
    login_at = assurance.login_at if assurance else None
    if not _meets(mfa_at, requirement.mfa_within, requirement.after, now):
        return Verdict.MFA_MISSING if mfa_at is None else Verdict.MFA_STALE
    if not _meets(login_at, requirement.login_within, requirement.after, now):
        return Verdict.LOGIN_MISSING if login_at is None else Verdict.LOGIN_STALE
    return Verdict.ALLOWED


def _meets(moment: datetime | None, window: timedelta | None, after: datetime | None, now: datetime) -> bool:
    if window is None:
        return True
    if moment is None or (after is not None and moment <= after):
        return False
    return -CLOCK_LEEWAY <= now - moment <= window


def merge_proof(current: Assurance | None, proof: Proof) -> Assurance:
    """Add a proof to a record: weaker or older never replaces better, and another person's never mixes in."""
    record = current or Assurance(subject=proof.subject)
    if record.subject != proof.subject:
        raise ValueError("A proof is about one person; this record is another's.")
    mfa_at = _latest(record.mfa_at, proof.issued_at if proof.has_mfa else None)
    tells_more = proof.has_mfa and mfa_at == proof.issued_at
    return replace(
        record,
        mfa_at=mfa_at,
        login_at=_latest(record.login_at, proof.login_at),
        methods=proof.methods if tells_more or record.mfa_at is None else record.methods,
        session_id=proof.session_id or record.session_id,
        doubt=proof.doubt if proof.has_mfa or proof.doubt else record.doubt,
    )


def _latest(*moments: datetime | None) -> datetime | None:
    return max((moment for moment in moments if moment is not None), default=None)


def read_assurance(request: HttpRequest) -> Assurance | None:
    """The record of the person who is signed in; somebody else's in the same session counts for nothing."""
    if not request.user.is_authenticated:
        return None
    record = _load(request.session.get(SESSION_KEY))
    return record if record and record.subject == subject_of(request.user) else None


def record_proof(request: HttpRequest, proof: Proof) -> Assurance:
    """Write down what was proved; a rise in a running session gets a new session key and CSRF token.

    Django's `login()` rotates neither when the same person is signed in already, so whoever knew the key
    before the rise would ride on it (session fixation, OWASP ASVS 3.2.1).
    """
    current = read_assurance(request)
    if request.user.is_authenticated and subject_of(request.user) != proof.subject:
        raise ValueError("A proof is about one person; somebody else is signed in.")
    record = merge_proof(current, proof)
    request.session[SESSION_KEY] = _dump(record)
    if request.user.is_authenticated and _has_risen(current, record):
        request.session.cycle_key()
        rotate_token(request)
    return record


def _has_risen(before: Assurance | None, after: Assurance) -> bool:
    return before is None or (before.mfa_at, before.login_at) != (after.mfa_at, after.login_at)


def _dump(record: Assurance) -> dict[str, Any]:
    return {
        "subject": record.subject,
        "mfa_at": _seconds(record.mfa_at),
        "login_at": _seconds(record.login_at),
        "methods": list(record.methods),
        "session_id": record.session_id,
        "doubt": record.doubt,
    }


def _load(stored: Any) -> Assurance | None:
    """Read the session's record; one that this version cannot read is no record."""
    try:
        return Assurance(
            subject=stored["subject"],
            mfa_at=_moment(stored["mfa_at"]),
            login_at=_moment(stored["login_at"]),
            methods=tuple(stored["methods"]),
            session_id=stored["session_id"],
            doubt=HadFactor(doubt) if (doubt := stored.get("doubt")) else None,
        )
    except (KeyError, TypeError, ValueError, OverflowError):
        return None


def _seconds(moment: datetime | None) -> int | None:
    return None if moment is None else int(moment.timestamp())


def _moment(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
