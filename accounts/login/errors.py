"""Every way a sign-in can fail, by our own name; what the tenant says in words is never shown."""

from enum import StrEnum
from http import HTTPStatus
from typing import Any

from social_core.backends.base import BaseAuth
from social_core.exceptions import (
    AuthAssociationError,
    AuthConfigurationError,
    AuthPolicyError,
    AuthSessionError,
    SocialAuthBaseException,
)


class LoginErrorCode(StrEnum):
    CANCELLED = "cancelled"
    NOT_OURS = "not_ours"
    TOO_LATE = "too_late"
    BAD_TOKEN = "bad_token"  # noqa: S105  # a name, not a secret
    CLOCKS_DIFFER = "clocks_differ"
    UNREACHABLE = "unreachable"
    TIMED_OUT = "timed_out"
    UNAVAILABLE = "unavailable"
    NONSENSE = "nonsense"
    MISCONFIGURED = "misconfigured"
    BLOCKED = "blocked"
    EMAIL_UNVERIFIED = "email_unverified"
    ADDRESS_TAKEN = "address_taken"
    WRONG_ACCOUNT = "wrong_account"
    LOGIN_NOT_FRESH = "login_not_fresh"
    LOGIN_REQUIRED = "login_required"
    INTERACTION_REQUIRED = "interaction_required"
    REQUIREMENTS_UNMET = "requirements_unmet"
    MFA_REQUIRED = "mfa_required"
    MFA_NOT_SET_UP = "mfa_not_set_up"
    MFA_CODE_REJECTED = "mfa_code_rejected"
    TOO_MANY_ATTEMPTS = "too_many_attempts"
    CHALLENGE_UNSUPPORTED = "challenge_unsupported"
    MY_ACCOUNT_UNAVAILABLE = "my_account_unavailable"
    MY_ACCOUNT_SCOPE_MISSING = "my_account_scope_missing"
    UNKNOWN = "unknown"


class SignInRefusedError(AuthPolicyError):
    """We refuse a sign-in that the tenant let through."""

    def __init__(self, backend: BaseAuth[Any], failure: LoginErrorCode, **context: str) -> None:
        super().__init__(backend, code=failure.value, stage="pipeline", context=context)
        self.failure = failure


# `error` of a callback or of the token endpoint (RFC 6749, OpenID Connect Core 3.1.2.6, Auth0's own).
BY_PROVIDER_CODE = {
    "access_denied": LoginErrorCode.CANCELLED,
    "unauthorized": LoginErrorCode.BLOCKED,
    "blocked_user": LoginErrorCode.BLOCKED,
    "login_required": LoginErrorCode.LOGIN_REQUIRED,
    "interaction_required": LoginErrorCode.INTERACTION_REQUIRED,
    "consent_required": LoginErrorCode.INTERACTION_REQUIRED,
    "account_selection_required": LoginErrorCode.INTERACTION_REQUIRED,
    "unmet_authentication_requirements": LoginErrorCode.REQUIREMENTS_UNMET,
    "mfa_required": LoginErrorCode.MFA_REQUIRED,
    "mfa_registration_required": LoginErrorCode.MFA_NOT_SET_UP,
    "association_required": LoginErrorCode.MFA_NOT_SET_UP,
    "mfa_invalid_code": LoginErrorCode.MFA_CODE_REJECTED,
    "invalid_otp": LoginErrorCode.MFA_CODE_REJECTED,
    "too_many_attempts": LoginErrorCode.TOO_MANY_ATTEMPTS,
    "too_many_requests": LoginErrorCode.TOO_MANY_ATTEMPTS,
    "unsupported_challenge_type": LoginErrorCode.CHALLENGE_UNSUPPORTED,
    "server_error": LoginErrorCode.UNAVAILABLE,
    "temporarily_unavailable": LoginErrorCode.UNAVAILABLE,
    "invalid_request": LoginErrorCode.MISCONFIGURED,
    "invalid_client": LoginErrorCode.MISCONFIGURED,
    "unauthorized_client": LoginErrorCode.MISCONFIGURED,
    "unsupported_response_type": LoginErrorCode.MISCONFIGURED,
    "unsupported_grant_type": LoginErrorCode.MISCONFIGURED,
    "invalid_scope": LoginErrorCode.MISCONFIGURED,
    "invalid_target": LoginErrorCode.MISCONFIGURED,
}

# social-core's own codes.
BY_CODE = {
    "missing_parameter": LoginErrorCode.NOT_OURS,
    "session_context_missing": LoginErrorCode.NOT_OURS,
    "state_mismatch": LoginErrorCode.NOT_OURS,
    "nonce_mismatch": LoginErrorCode.NOT_OURS,
    "user_mismatch": LoginErrorCode.WRONG_ACCOUNT,
    "authorization_code_rejected": LoginErrorCode.TOO_LATE,
    "response_expired": LoginErrorCode.TOO_LATE,
    "response_not_yet_valid": LoginErrorCode.CLOCKS_DIFFER,
    "issued_before_asked": LoginErrorCode.CLOCKS_DIFFER,
    "invalid_signature": LoginErrorCode.BAD_TOKEN,
    "invalid_claim": LoginErrorCode.BAD_TOKEN,
    "missing_claim": LoginErrorCode.BAD_TOKEN,
    "malformed_response": LoginErrorCode.NONSENSE,
    "http_error": LoginErrorCode.NONSENSE,
    "connection_failed": LoginErrorCode.UNREACHABLE,
    "tls_error": LoginErrorCode.UNREACHABLE,
    "timeout": LoginErrorCode.TIMED_OUT,
    "unavailable": LoginErrorCode.UNAVAILABLE,
    "rate_limited": LoginErrorCode.UNAVAILABLE,
}

BY_FAMILY: tuple[tuple[type[SocialAuthBaseException], LoginErrorCode], ...] = (
    (AuthConfigurationError, LoginErrorCode.MISCONFIGURED),
    (AuthAssociationError, LoginErrorCode.WRONG_ACCOUNT),
    (AuthSessionError, LoginErrorCode.NOT_OURS),
)


def error_code_of(error: SocialAuthBaseException) -> LoginErrorCode:
    """Name a failure. The tenant's code says most, unless the failure is in talking to the tenant."""
    if isinstance(error, SignInRefusedError):
        return error.failure
    if is_client_refused(error):
        return LoginErrorCode.MISCONFIGURED
    return _said_by_the_tenant(error) or _said_by_the_library(error)


def _said_by_the_tenant(error: SocialAuthBaseException) -> LoginErrorCode | None:
    code, is_callback = error.provider_code, error.stage == "callback"
    if code == "invalid_grant" and is_callback:
        return LoginErrorCode.MFA_CODE_REJECTED
    if isinstance(code, str) and code in BY_PROVIDER_CODE:
        return BY_PROVIDER_CODE[code]
    return LoginErrorCode.UNKNOWN if code and is_callback else None


def _said_by_the_library(error: SocialAuthBaseException) -> LoginErrorCode:
    if error.code in BY_CODE:
        return BY_CODE[error.code]
    return next(
        (failure for family, failure in BY_FAMILY if isinstance(error, family)), LoginErrorCode.UNKNOWN
    )


def is_client_refused(error: SocialAuthBaseException) -> bool:
    """Tell whether the token endpoint refused this site itself, whatever code it gave.

    Auth0 answers a wrong client secret with `access_denied` too, the word for a visitor who cancelled.
    """
    return error.stage == "token_exchange" and error.status_code == HTTPStatus.UNAUTHORIZED


def error_code_of_grant(error: SocialAuthBaseException, audience: str) -> LoginErrorCode:
    """Name the failure of a request that asked for a token of an API, which the tenant may refuse by itself.

    `access_denied` is what a visitor's own "cancel" says too; the tenant's names the API that it refuses.
    """
    failure = error_code_of(error)
    if is_client_refused(error):
        return failure
    names_it = audience in str(error.detail or "") or error.stage == "token_exchange"
    is_refusal = failure is LoginErrorCode.MISCONFIGURED or (
        error.provider_code == "access_denied" and names_it
    )
    return LoginErrorCode.MY_ACCOUNT_UNAVAILABLE if error.provider_code and is_refusal else failure
