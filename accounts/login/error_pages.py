"""What the page of a failed sign-in says: what happened, what to do, under which status."""

from dataclasses import dataclass, replace
from enum import StrEnum
from http import HTTPStatus

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.login.errors import LoginErrorCode


class RetryOption(StrEnum):
    """The button of the page."""

    AGAIN = "again"
    ANOTHER_ACCOUNT = "another_account"
    NONE = "none"


@dataclass(frozen=True)
class ErrorPage:
    status: HTTPStatus
    heading: Promise
    what: Promise
    advice: Promise
    offer: RetryOption = RetryOption.AGAIN


TRY_LATER = _("Wait a minute and try again. If it keeps failing, tell support the reference below.")
TELL_SUPPORT = _("Trying again will not help. Tell support the reference below, so that they can look it up.")

# Not a 5xx: what was proved on the way is kept, and a session is not saved with one of those.
NOT_AVAILABLE = ErrorPage(
    HTTPStatus.FORBIDDEN,
    _("Adding this here is not available"),
    _("The sign-in service does not let this site add anything to your account."),
    _("Trying again will not help. Ask support, and tell them the reference below."),
    RetryOption.NONE,
)

LOGIN_ERROR_PAGES: dict[LoginErrorCode, ErrorPage] = {
    LoginErrorCode.CANCELLED: ErrorPage(
        HTTPStatus.FORBIDDEN,
        _("Sign-in was not finished"),
        _("You cancelled, or the sign-in service did not let this attempt through."),
        _("If you meant to sign in, try again."),
    ),
    LoginErrorCode.NOT_OURS: ErrorPage(
        HTTPStatus.BAD_REQUEST,
        _("This sign-in does not belong to this browser"),
        _(
            "The answer that arrived fits no sign-in begun here: it was used already, took too long, cookies "
            "are off, or it was begun in another browser."
        ),
        _("Start again from here, in one window, with cookies allowed."),
    ),
    LoginErrorCode.TOO_LATE: ErrorPage(
        HTTPStatus.BAD_REQUEST,
        _("This sign-in has expired"),
        _("The sign-in took too long, or the page was loaded a second time."),
        _("Start again; nothing was changed."),
    ),
    LoginErrorCode.BAD_TOKEN: ErrorPage(
        HTTPStatus.BAD_GATEWAY,
        _("The sign-in could not be verified"),
        _("The proof that came back from the sign-in service is not one that this site can trust."),
        _("Try again once. If it happens again, tell support the reference below."),
    ),
    LoginErrorCode.CLOCKS_DIFFER: ErrorPage(
        HTTPStatus.BAD_GATEWAY,
        _("Two clocks disagree"),
        _("The sign-in service's answer carries a time that doesn't fit this site's clock."),
        TRY_LATER,
    ),
    LoginErrorCode.UNREACHABLE: ErrorPage(
        HTTPStatus.SERVICE_UNAVAILABLE,
        _("The sign-in service cannot be reached"),
        _("This site could not connect to the service that checks who you are."),
        TRY_LATER,
    ),
    LoginErrorCode.TIMED_OUT: ErrorPage(
        HTTPStatus.GATEWAY_TIMEOUT,
        _("The sign-in service did not answer in time"),
        _("The service that checks who you are is slow at the moment."),
        TRY_LATER,
    ),
    LoginErrorCode.UNAVAILABLE: ErrorPage(
        HTTPStatus.SERVICE_UNAVAILABLE,
        _("The sign-in service is not available"),
        _("The service that checks who you are has a problem, or has too much to do at the moment."),
        TRY_LATER,
    ),
    LoginErrorCode.NONSENSE: ErrorPage(
        HTTPStatus.BAD_GATEWAY,
        _("The sign-in service gave an unreadable answer"),
        _("The service that checks who you are answered with something that makes no sense."),
        TRY_LATER,
    ),
    LoginErrorCode.MISCONFIGURED: ErrorPage(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        _("Sign-in is not set up correctly"),
        _("This site and the sign-in service do not agree on how to work together."),
        TELL_SUPPORT,
        RetryOption.NONE,
    ),
    LoginErrorCode.BLOCKED: ErrorPage(
        HTTPStatus.FORBIDDEN,
        _("This account is blocked"),
        _("You proved who you are, but this account may not be used at the moment."),
        _("Ask support why. If you have another account, you can sign in with that."),
        RetryOption.ANOTHER_ACCOUNT,
    ),
    LoginErrorCode.EMAIL_UNVERIFIED: ErrorPage(
        HTTPStatus.FORBIDDEN,
        _("Confirm your e-mail address first"),
        _("This site lets people in once their e-mail address is confirmed, and yours is not yet."),
        _("Open the message that was sent when the account was made, follow its link, and try again."),
    ),
    LoginErrorCode.ADDRESS_TAKEN: ErrorPage(
        HTTPStatus.CONFLICT,
        _("Your e-mail address belongs to another account here"),
        _(
            "This site has an account with your e-mail address that is not connected to your sign-in. Nobody "
            "is let into an account by its address alone."
        ),
        _("Ask support to connect the two, and tell them the reference below."),
        RetryOption.NONE,
    ),
    LoginErrorCode.WRONG_ACCOUNT: ErrorPage(
        HTTPStatus.CONFLICT,
        _("That was another account"),
        _(
            "You are signed in here with one account, and a different one came back. Nothing was linked or "
            "changed, and you are still signed in as before."
        ),
        _("Try again with the account that you are signed in with, or sign out first."),
        RetryOption.ANOTHER_ACCOUNT,
    ),
    LoginErrorCode.LOGIN_NOT_FRESH: ErrorPage(
        HTTPStatus.FORBIDDEN,
        _("Your sign-in is too old for this"),
        _("A fresh sign-in was asked for, and an older one came back."),
        _("Try again, and sign in when you are asked to."),
    ),
    LoginErrorCode.LOGIN_REQUIRED: ErrorPage(
        HTTPStatus.FORBIDDEN,
        _("You need to sign in"),
        _("The sign-in service does not know you in this browser any more."),
        _("Sign in again."),
    ),
    LoginErrorCode.INTERACTION_REQUIRED: ErrorPage(
        HTTPStatus.FORBIDDEN,
        _("The sign-in service has a question for you"),
        _("It needs you to confirm something before it can let you in."),
        _("Try again, and answer what it asks."),
    ),
    LoginErrorCode.REQUIREMENTS_UNMET: ErrorPage(
        HTTPStatus.FORBIDDEN,
        _("More proof is needed"),
        _("What you proved lately is not enough for what you were about to do."),
        _("Sign in once more, with your second factor."),
        RetryOption.ANOTHER_ACCOUNT,
    ),
    LoginErrorCode.MFA_REQUIRED: ErrorPage(
        HTTPStatus.FORBIDDEN,
        _("A second factor is needed"),
        _("The sign-in service asks for a second factor, and none was given."),
        _("Try again, and use your second factor when you are asked for it."),
    ),
    LoginErrorCode.MFA_NOT_SET_UP: ErrorPage(
        HTTPStatus.FORBIDDEN,
        _("You have no second factor yet"),
        _("A second factor is needed for this, and your account has none that can be used."),
        _("Try again and set one up when you are asked to, or add one on the account security page."),
    ),
    LoginErrorCode.MFA_CODE_REJECTED: ErrorPage(
        HTTPStatus.FORBIDDEN,
        _("The code was not accepted"),
        _("The code was wrong, was used already, or is too old."),
        _("Try again with a new code. If an app's codes keep failing, check the phone's clock."),
    ),
    LoginErrorCode.TOO_MANY_ATTEMPTS: ErrorPage(
        HTTPStatus.TOO_MANY_REQUESTS,
        _("Too many attempts"),
        _("There were too many attempts in a short time, so the sign-in service is pausing for a while."),
        _("Wait some minutes before you try again. If it was not you who tried, tell support."),
    ),
    LoginErrorCode.CHALLENGE_UNSUPPORTED: ErrorPage(
        HTTPStatus.FORBIDDEN,
        _("That way to prove it is you cannot be used"),
        _("The sign-in service cannot ask for this kind of second factor, or you do not have it."),
        _("Try again and choose another method. If there is none, ask support."),
    ),
    LoginErrorCode.MY_ACCOUNT_UNAVAILABLE: NOT_AVAILABLE,
    LoginErrorCode.MY_ACCOUNT_SCOPE_MISSING: NOT_AVAILABLE,
    LoginErrorCode.UNKNOWN: ErrorPage(
        HTTPStatus.BAD_REQUEST,
        _("Sign-in failed"),
        _("The sign-in service gave a reason that this site does not know."),
        _("Try again. If it happens again, tell support the reference below."),
    ),
}

# Whoever is signed in, and was asked to prove it again, began no sign-in.
STEP_UP_CANCELLED = replace(
    LOGIN_ERROR_PAGES[LoginErrorCode.CANCELLED],
    heading=_("It was not confirmed that it is you"),
    advice=_("If you meant to go on, try again."),
)


def error_page_for(failure: LoginErrorCode, *, is_step_up: bool) -> ErrorPage:
    return (
        STEP_UP_CANCELLED
        if is_step_up and failure is LoginErrorCode.CANCELLED
        else LOGIN_ERROR_PAGES[failure]
    )
