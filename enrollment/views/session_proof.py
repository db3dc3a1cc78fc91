"""What the account page says of the session that looks at it."""

from dataclasses import dataclass
from datetime import datetime

from accounts import conf
from accounts.auth0.claims import MFA_METHOD, method_label
from accounts.humanize import duration, time_left
from accounts.step_up.assurance import Assurance
from accounts.step_up.messages import why_not_counted


@dataclass(frozen=True)
class SessionProof:
    """What this session has proved, and how much longer that opens anything."""

    login_at: datetime | None
    mfa_at: datetime | None
    phishing_resistant_at: datetime | None
    methods: tuple[str, ...]
    left: str
    window: str
    # Why a second factor that was used proves nothing, where nothing better was proved.
    not_counted: str


def session_proof(assurance: Assurance | None, now: datetime) -> SessionProof:
    record = assurance or Assurance(subject="")
    window = conf.step_up_window()
    return SessionProof(
        login_at=record.login_at,
        mfa_at=record.mfa_at,
        phishing_resistant_at=record.phishing_resistant_at,
        methods=tuple(method_label(method) for method in record.methods if method != MFA_METHOD),
        left=time_left(record.mfa_at, window, now) if record.mfa_at else "",
        window=duration(window),
        not_counted="" if record.mfa_at else why_not_counted(record.doubt),
    )
