"""The tenant's log types that a person gets to read, and their sentences; all others are noise to them.

Auth0, "Log Event Type Codes". Exchanges of tokens, silent checks, codes on their way, calls of the site's own
and whatever only says that something began are left out on purpose.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from enrollment.audit.timeline import EventType, Family

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class Type:
    """One type, in words; `%(factor)s` and `%(application)s` are filled in."""

    sentence: StrOrPromise
    family: Family = Family.SIGN_IN
    act: EventType = EventType.OTHER
    failed: bool = False


def _failure(sentence: StrOrPromise, family: Family = Family.SIGN_IN) -> Type:
    return Type(sentence, family, failed=True)


def _change(sentence: StrOrPromise, act: EventType = EventType.OTHER) -> Type:
    return Type(sentence, Family.CHANGE, act)


SIGNED_IN = Type(_("Signed in to %(application)s"), act=EventType.SIGNED_IN)
PROVED = Type(_("Confirmed with %(factor)s"), act=EventType.PROVED)
PROOF_WRONG = _failure(_("A second factor was not accepted: %(factor)s"))
ADDED = _change(_("Added %(factor)s"), EventType.FACTOR_ADDED)
REMOVED = _change(_("Removed %(factor)s"), EventType.FACTOR_REMOVED)
CHANGED = _change(_("Changed %(factor)s"), EventType.FACTOR_CHANGED)
NOT_CHANGED = _failure(_("A change to your ways of signing in was refused: %(factor)s"), Family.CHANGE)
NOT_CONFIRMED = _failure(
    _("A new factor was not confirmed, the code or other proof was wrong: %(factor)s"), Family.CHANGE
)
UNNAMED = _change(_("Something about your second factors was noted: %(type)s"))

TYPES: dict[str, Type] = {
    "s": SIGNED_IN,
    "slo": Type(_("Signed out")),
    "ss": _change(_("The account was made")),
    "f": _failure(_("A sign-in was not finished")),
    "fp": _failure(_("A sign-in with a wrong password")),
    "fu": _failure(_("A sign-in with a wrong name")),
    "fco": _failure(_("A sign-in was refused")),
    "limit_wc": _failure(_("Sign-ins were blocked after too many wrong passwords")),
    "limit_mu": _failure(_("Sign-ins from this address were blocked")),
    "limit_sul": _failure(_("Sign-ins were slowed down after too many in a short time")),
    "pwd_leak": _failure(_("A sign-in was stopped: the password is known from a leak elsewhere")),
    "signup_pwd_leak": _failure(_("The password is known from a leak elsewhere")),
    "ublkdu": _change(_("Sign-ins were let through again")),
    "ferrt": _failure(_("A permission that was used up was tried again, and refused")),
    "scp": _change(_("Changed the password")),
    "fcp": _failure(_("A change of the password was refused"), Family.CHANGE),
    "scpr": _change(_("Asked for a new password by e-mail")),
    "sce": _change(_("Changed the e-mail address")),
    "fce": _failure(_("A change of the e-mail address was refused"), Family.CHANGE),
    "scu": _change(_("Changed the user name")),
    "scpn": _change(_("Changed the phone number")),
    "sv": _change(_("Confirmed the e-mail address")),
    "gd_auth_succeed": PROVED,
    "gd_auth_email_verification": PROVED,
    "seotpft": PROVED,
    "seoobft": PROVED,
    "sepkotpft": PROVED,
    "sepkoobft": PROVED,
    "gd_auth_failed": PROOF_WRONG,
    "gd_auth_fail_email_verification": PROOF_WRONG,
    "gd_webauthn_challenge_failed": PROOF_WRONG,
    "passkey_challenge_failed": _failure(_("A passkey was not accepted")),
    "feotpft": PROOF_WRONG,
    "feoobft": PROOF_WRONG,
    "gd_auth_rejected": _failure(_("A request on the phone was answered with “no”")),
    "gd_otp_rate_limit_exceed": _failure(_("Codes were blocked after too many wrong ones")),
    "gd_recovery_succeed": Type(_("The recovery code was used, and replaced by a new one")),
    "sercft": Type(_("The recovery code was used, and replaced by a new one")),
    "sepkrcft": Type(_("The recovery code was used, and replaced by a new one")),
    "gd_recovery_failed": _failure(_("A wrong recovery code was tried")),
    "fercft": _failure(_("A wrong recovery code was tried")),
    "gd_recovery_rate_limit_exceed": _failure(_("Recovery codes were blocked after too many wrong ones")),
    "gd_enrollment_complete": ADDED,
    "gd_unenroll": REMOVED,
    "gd_update_device_account": CHANGED,
    "my_account_authentication_method_failed": NOT_CHANGED,
}
# One type for all operations of the My Account API; beginning to add something is no news yet.
OPERATIONS: dict[str, Type] = {"verify": ADDED, "update": CHANGED, "delete": REMOVED}
MY_ACCOUNT = "my_account_authentication_method_succeeded"
FAILED_OPERATIONS: dict[str, Type] = {"verify": NOT_CONFIRMED}
MY_ACCOUNT_FAILED = "my_account_authentication_method_failed"
# Of these, one that came later than this table is told in general words rather than kept quiet.
NEWS = ("gd_", "my_account_")
NO_NEWS = (
    *("gd_start_", "gd_send_", "gd_tenant_", "gd_module_", "gd_webauthn_enrollment_failed"),
    "my_account_authentication_method_",
)


def type_of(name: str, operation: str = "") -> Type | None:
    """Say what a log type means to a person, or None where it is noise."""
    if name == MY_ACCOUNT:
        return OPERATIONS.get(operation)
    if name == MY_ACCOUNT_FAILED and operation in FAILED_OPERATIONS:
        return FAILED_OPERATIONS[operation]
    known = TYPES.get(name)
    if known or not name.startswith(NEWS) or name.startswith(NO_NEWS):
        return known
    return UNNAMED
