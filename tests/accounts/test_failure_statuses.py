"""The status of each page of a failed sign-in: whose side it is on that something went wrong."""

import pytest

from accounts.explanations import EXPLANATIONS
from accounts.failures import Failure

# What came from the browser fits nothing that was begun here, or came too late.
BROWSER = (Failure.NOT_OURS, Failure.TOO_LATE, Failure.UNKNOWN)
# It is understood who asks, and they may not come in like this.
PERSON = (
    *(Failure.CANCELLED, Failure.BLOCKED, Failure.EMAIL_UNVERIFIED, Failure.LOGIN_NOT_FRESH),
    *(Failure.LOGIN_REQUIRED, Failure.INTERACTION_REQUIRED, Failure.REQUIREMENTS_UNMET),
    *(Failure.MFA_REQUIRED, Failure.MFA_NOT_SET_UP, Failure.MFA_CODE_REJECTED, Failure.CHALLENGE_UNSUPPORTED),
    # These come after something was proved, which a 5xx would lose: a session is not saved with one.
    *(Failure.MY_ACCOUNT_UNAVAILABLE, Failure.MY_ACCOUNT_SCOPE_MISSING),
)
STATUSES = {
    **dict.fromkeys(BROWSER, 400),
    **dict.fromkeys(PERSON, 403),
    Failure.WRONG_ACCOUNT: 409,
    Failure.TOO_MANY_ATTEMPTS: 429,
    # We are set up wrongly; the tenant says what cannot be; it is not there; it is slow.
    Failure.MISCONFIGURED: 500,
    **dict.fromkeys((Failure.BAD_TOKEN, Failure.CLOCKS_DIFFER, Failure.NONSENSE), 502),
    **dict.fromkeys((Failure.UNREACHABLE, Failure.UNAVAILABLE), 503),
    Failure.TIMED_OUT: 504,
}


@pytest.mark.parametrize("failure", Failure)
def test_failure_page_has_the_status_of_whose_side_failed(failure: Failure) -> None:
    assert EXPLANATIONS[failure].status == STATUSES[failure]
