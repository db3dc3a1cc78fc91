"""What this session has proved and when: sole owner of the session's record, and of the verdict on it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from django.http import HttpRequest
from django.middleware.csrf import rotate_token
from django.utils.functional import SimpleLazyObject

from accounts.auth0.claims import CLOCK_LEEWAY, HadFactor, Proof, latest
from accounts.identity import User, bind_subject, is_unlinked, subject_of
from accounts.step_up.requirement import Requirement

SESSION_KEY = "accounts_assurance"
# Attributes of a request: the public one, and where what was read is kept.
ATTRIBUTE = "assurance"
READING = "_assurance_reading"


class Assurance(NamedTuple):
    """Three clocks, each with when something was last proved.

    `mfa_at`: the second factor; `login_at`: the first one; `phishing_resistant_at`: a passkey or security
    key, as either of them.

    `doubt` says why what was used last does not count, if it does not. `is_told` says whether the tenant told
    at the last sign-in or step-up which methods were used.
    """

    subject: str
    mfa_at: datetime | None = None
    login_at: datetime | None = None
    methods: tuple[str, ...] = ()
    session_id: str | None = None
    doubt: HadFactor | None = None
    phishing_resistant_at: datetime | None = None
    is_told: bool = False


class Verdict(StrEnum):
    ALLOWED = "allowed"
    PHISHING_RESISTANT_MISSING = "phishing_resistant_missing"
    PHISHING_RESISTANT_STALE = "phishing_resistant_stale"
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
    resistant_at = assurance.phishing_resistant_at if assurance else None
    if not _meets(resistant_at, requirement.phishing_resistant_within, requirement.after, now):
        is_missing = resistant_at is None
        return Verdict.PHISHING_RESISTANT_MISSING if is_missing else Verdict.PHISHING_RESISTANT_STALE
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
    mfa_at = latest(record.mfa_at, proof.second_factor_at)
    resistant_at = latest(record.phishing_resistant_at, proof.phishing_resistant_at)
    tells_more = proof.has_mfa and mfa_at == proof.second_factor_at
    has_proved = proof.has_mfa or resistant_at != record.phishing_resistant_at
    return record._replace(
        mfa_at=mfa_at,
        login_at=latest(record.login_at, proof.login_at),
        phishing_resistant_at=resistant_at,
        methods=proof.methods if tells_more or record.mfa_at is None else record.methods,
        session_id=proof.session_id or record.session_id,
        doubt=proof.doubt if has_proved or proof.doubt else record.doubt,
        is_told=proof.told is not None,
    )


@dataclass
class _Reading:
    """What a request has read of its session for a user: the record, and which requirements it meets."""

    stored: Any
    user: Any
    record: Assurance | None
    # A list: most gates of a request ask for the same object, which `in` finds without hashing it. None
    # stands for the site's own requirement.
    met: list[Requirement | None] = field(default_factory=list)


def _read(request: HttpRequest) -> _Reading | None:
    """Parse the session's record once a request; one that is not about who is signed in counts for nothing.

    A record or a user that was replaced meanwhile is another object, and what was read before is not taken.
    """
    user: Any = request.user
    stored = request.session.get(SESSION_KEY)
    known: _Reading | None = request.__dict__.get(READING)
    if known is None or known.stored is not stored or known.user is not user:
        record = _load(stored, user)
        if record:
            bind_subject(user, record.subject)
        known = request.__dict__[READING] = _Reading(stored, user, record)
    return known if known.record else None


def read_assurance(request: HttpRequest) -> Assurance | None:
    """Return what the person who is signed in has proved in this session, or None."""
    reading = _read(request)
    return reading.record if reading else None


def visitor_subject(request: HttpRequest) -> str:
    """Return the `sub` that this session was signed in with; empty for whom the tenant does not know.

    A session that was signed in otherwise stands for the user's identity, if they have one.
    """
    reading = _read(request)
    return reading.record.subject if reading and reading.record else subject_of(request.user)


def judge_request(request: HttpRequest, requirement: Requirement | None) -> Verdict:
    """Judge the visitor's record. What it met once in a request, it meets until the record changes.

    None asks for the site's own requirement: a second factor within its window.
    """
    reading = _read(request)
    if reading and requirement in reading.met:
        return Verdict.ALLOWED
    asked = requirement or Requirement.mfa()
    outcome = verdict(reading.record if reading else None, asked, datetime.now(UTC))
    if reading and outcome is Verdict.ALLOWED:
        reading.met.append(requirement)
    return outcome


def attach_assurance(request: HttpRequest) -> None:
    """Give a request its `assurance`: lazy, since a page that asks for no session must not vary by it."""
    setattr(request, ATTRIBUTE, SimpleLazyObject(lambda: read_assurance(request)))


def renew_assurance(request: HttpRequest | None, **_: Any) -> None:
    """Look `request.assurance` up again, since who is signed in, or what they proved, has changed."""
    if hasattr(request, ATTRIBUTE) and request is not None:
        attach_assurance(request)


def record_proof(request: HttpRequest, user: User, proof: Proof) -> Assurance:
    """Write down what a user proved; a rise in a running session gets a new session key and CSRF token.

    Django's `login()` rotates neither when the same person is signed in already, so whoever knew the key
    before the rise would ride on it (session fixation, OWASP ASVS 3.2.1).
    """
    current = read_assurance(request)
    if request.user.is_authenticated and request.user.pk != user.pk:
        raise ValueError("A proof is about one person; somebody else is signed in.")
    # The same user by another of their identities: what the one proved does not count for the other.
    record = merge_proof(current if current and current.subject == proof.subject else None, proof)
    request.session[SESSION_KEY] = {"user": str(user.pk), **_dump(record)}
    renew_assurance(request)
    if request.user.is_authenticated and _has_risen(current, record):
        request.session.cycle_key()
        rotate_token(request)
    return record


def _has_risen(before: Assurance | None, after: Assurance) -> bool:
    return before is None or _clocks(before) != _clocks(after)


def _clocks(record: Assurance) -> tuple[datetime | None, ...]:
    return record.mfa_at, record.login_at, record.phishing_resistant_at


def _dump(record: Assurance) -> dict[str, Any]:
    return {
        "subject": record.subject,
        "mfa_at": _seconds(record.mfa_at),
        "login_at": _seconds(record.login_at),
        "methods": list(record.methods),
        "session_id": record.session_id,
        "doubt": record.doubt,
        "phishing_resistant_at": _seconds(record.phishing_resistant_at),
        "is_told": record.is_told,
    }


def _load(stored: Any, user: Any) -> Assurance | None:
    """Read the session's record; one of another user, or that this version cannot read, is no record.

    An identity that was taken from the user takes what was proved by it along.
    """
    if not user.is_authenticated or is_unlinked(user):
        return None
    try:
        if stored["user"] != str(user.pk):
            return None
        return Assurance(
            subject=stored["subject"],
            mfa_at=_moment(stored["mfa_at"]),
            login_at=_moment(stored["login_at"]),
            methods=tuple(stored["methods"]),
            session_id=stored["session_id"],
            doubt=HadFactor(doubt) if (doubt := stored.get("doubt")) else None,
            # An earlier version wrote neither.
            phishing_resistant_at=_moment(stored.get("phishing_resistant_at")),
            is_told=stored.get("is_told") is True,
        )
    except (KeyError, TypeError, ValueError, OverflowError):
        return None


def _seconds(moment: datetime | None) -> int | None:
    return None if moment is None else int(moment.timestamp())


def _moment(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
