"""The status of each page of a failed sign-in: whose side it is on that something went wrong."""

import pytest

from accounts.login.error_pages import LOGIN_ERROR_PAGES
from accounts.login.errors import LoginErrorCode

# What came from the browser fits nothing that was begun here, or came too late.
BROWSER = (LoginErrorCode.NOT_OURS, LoginErrorCode.TOO_LATE, LoginErrorCode.UNKNOWN)
# It is understood who asks, and they may not come in like this.
PERSON = (
    *(
        LoginErrorCode.CANCELLED,
        LoginErrorCode.BLOCKED,
        LoginErrorCode.EMAIL_UNVERIFIED,
        LoginErrorCode.LOGIN_NOT_FRESH,
    ),
    *(LoginErrorCode.LOGIN_REQUIRED, LoginErrorCode.INTERACTION_REQUIRED, LoginErrorCode.REQUIREMENTS_UNMET),
    *(
        LoginErrorCode.MFA_REQUIRED,
        LoginErrorCode.MFA_NOT_SET_UP,
        LoginErrorCode.MFA_CODE_REJECTED,
        LoginErrorCode.CHALLENGE_UNSUPPORTED,
    ),
    # These come after something was proved, which a 5xx would lose: a session is not saved with one.
    *(LoginErrorCode.MY_ACCOUNT_UNAVAILABLE, LoginErrorCode.MY_ACCOUNT_SCOPE_MISSING),
)
STATUSES = {
    **dict.fromkeys(BROWSER, 400),
    **dict.fromkeys(PERSON, 403),
    **dict.fromkeys((LoginErrorCode.WRONG_ACCOUNT, LoginErrorCode.ADDRESS_TAKEN), 409),
    LoginErrorCode.TOO_MANY_ATTEMPTS: 429,
    # We are set up wrongly; the tenant says what cannot be; it is not there; it is slow.
    LoginErrorCode.MISCONFIGURED: 500,
    **dict.fromkeys((LoginErrorCode.BAD_TOKEN, LoginErrorCode.CLOCKS_DIFFER, LoginErrorCode.NONSENSE), 502),
    **dict.fromkeys((LoginErrorCode.UNREACHABLE, LoginErrorCode.UNAVAILABLE), 503),
    LoginErrorCode.TIMED_OUT: 504,
}


@pytest.mark.parametrize("failure", LoginErrorCode)
def test_failure_page_has_the_status_of_whose_side_failed(failure: LoginErrorCode) -> None:
    assert LOGIN_ERROR_PAGES[failure].status == STATUSES[failure]
