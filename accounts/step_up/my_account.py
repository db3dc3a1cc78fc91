"""That the tenant refused this site a person's token: remembered, so that nobody is sent in circles."""

import json
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.http import HttpRequest
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from accounts import conf
from accounts.auth0.encryption import decrypt, encrypt
from accounts.auth0.grants import ENROLLING, MyAccountGrant
from accounts.step_up.assurance import Assurance, Verdict, read_assurance, verdict, visitor_subject
from accounts.step_up.gates import StepUpRequired
from accounts.step_up.requirement import Requirement

REFUSAL_SESSION_KEY = "accounts_my_account_refused"
# An operator may put it right at any moment; until then there are other ways to the same end.
REMEMBERED_FOR = timedelta(minutes=15)


def mark_unavailable(request: HttpRequest) -> None:
    """Remember it for a while; an answer of 5xx would not save it."""
    request.session[REFUSAL_SESSION_KEY] = int(timezone.now().timestamp())


def clear_unavailable(request: HttpRequest) -> None:
    request.session.pop(REFUSAL_SESSION_KEY, None)


def is_marked_unavailable(request: HttpRequest) -> bool:
    """Say whether asking again would very likely end in the same refusal."""
    noted = request.session.get(REFUSAL_SESSION_KEY)
    if not isinstance(noted, int):
        return False
    age: float = timezone.now().timestamp() - noted
    return 0 <= age < REMEMBERED_FOR.total_seconds()


SESSION_KEY = "accounts_my_account"
# A token this close to its end is not begun with: clocks differ, and the call takes time.
MARGIN = timedelta(seconds=5)


@sensitive_variables("access_token")
def store_token(request: HttpRequest, access_token: str, expires_at: datetime, scope: str) -> None:
    """Keep a token for who is signed in, until it ends or the site's window does, whichever is first."""
    if not request.user.is_authenticated:
        return
    ends_at = min(expires_at, timezone.now() + conf.step_up_window())
    record = {
        "subject": visitor_subject(request),
        "token": access_token,
        "scopes": scope.split(),
        "ends_at": ends_at.timestamp(),
    }
    request.session[SESSION_KEY] = encrypt(json.dumps(record))


@sensitive_variables("record")
def get_token(request: HttpRequest, grant: MyAccountGrant = ENROLLING) -> str | None:
    """Return the token if it is this person's, lives, and has the scopes; a dead one is dropped by asking."""
    sealed = request.session.get(SESSION_KEY)
    if sealed is None:
        return None
    record = json.loads(decrypt(sealed) or "{}")
    if not (request.user.is_authenticated and _lives(record, visitor_subject(request))):
        drop_token(request)
        return None
    return str(record["token"]) if set(grant.scopes) <= set(record["scopes"]) else None


def drop_token(request: HttpRequest) -> None:
    """Forget the token: the tenant refused it, or the person asked for everything to be closed."""
    request.session.pop(SESSION_KEY, None)


def require_token(
    request: HttpRequest, requirement: Requirement | None = None, grant: MyAccountGrant = ENROLLING
) -> str:
    """Return the token, or raise the `StepUpRequired` that gets one along with the proof."""
    asked = requirement or Requirement.mfa()
    token = get_token(request, grant)
    outcome = token_verdict(request, asked, grant)
    if outcome is not Verdict.ALLOWED or token is None:
        raise StepUpRequired(asked, outcome, grant)
    return token


def token_verdict(request: HttpRequest, requirement: Requirement, grant: MyAccountGrant | None) -> Verdict:
    """Judge proof and token together; a good proof without a token is `TOKEN_MISSING`."""
    outcome = verdict(read_assurance(request), requirement, timezone.now())
    if outcome is Verdict.ALLOWED and grant is not None and get_token(request, grant) is None:
        return Verdict.TOKEN_MISSING
    return outcome


def is_well_proved(request: HttpRequest, requirement: Requirement) -> bool:
    """Say whether at least half the window is left: enough to fetch a token for, with no new proof."""
    return verdict(read_assurance(request), requirement.halved(), timezone.now()) is Verdict.ALLOWED


def window_end(record: Assurance, requirement: Requirement) -> datetime:
    """Say when a proof stops meeting a requirement: at the first of its clocks that runs out."""
    clocks: Iterable[tuple[datetime | None, timedelta | None]] = (
        (record.mfa_at, requirement.mfa_within),
        (record.login_at, requirement.login_within),
        (record.phishing_resistant_at, requirement.phishing_resistant_within),
    )
    return min(moment + within for moment, within in clocks if moment is not None and within is not None)


def _lives(record: dict[str, object], subject: str | None) -> bool:
    ends_at = record.get("ends_at")
    return (
        record.get("subject") == subject
        and isinstance(ends_at, float)
        and timezone.now().timestamp() < ends_at - MARGIN.total_seconds()
    )
