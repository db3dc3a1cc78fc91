"""What an enrollment answers when it cannot go on, or not in this way; each has a code and a sentence."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.auth0.errors import Certainty, TenantError
from enrollment.audit.log import Refused
from enrollment.models.pending_enrollment import PendingEnrollment
from enrollment.pending.repository import is_shut_out, transition
from enrollment.pending.state_machine import Event, State


class TryAgain(Refused):
    """The enrollment goes on, and waits for another try; no row of the audit trail is worth it."""


class WrongCode(TryAgain):
    """A wrong code."""

    def __init__(self, attempts_left: int) -> None:
        wrong = _("This code is not right. Look at it again and type it once more.")
        left = ngettext("%(count)d try is left.", "%(count)d tries are left.", attempts_left)
        super().__init__("wrong-code", f"{wrong} {left % {'count': attempts_left}}")
        self.attempts_left = attempts_left


class ClockOff(TryAgain):
    """A code that was right some minutes ago, or will be: told apart here, and not sent to the tenant."""

    def __init__(self, *, behind: bool) -> None:
        slow = _("This code is from a while ago: your device's clock may be off, it looks slow.")
        fast = _("This code is not due yet: your device's clock may be off, it looks fast.")
        advice = _("Set its time to automatic, then type the code that the app shows.")
        super().__init__("clock-off", f"{slow if behind else fast} {advice}")
        self.behind = behind


class NotYet(TryAgain):
    """The app has not told the tenant yet."""

    def __init__(self) -> None:
        super().__init__("not-yet", _("The app has not finished yet. Scan the QR code with it, then go on."))


class ListUnread(TenantError):  # noqa: N818  # a state, not an error (CONTRIBUTING.md, words)
    """The list could not be read before the tenant was asked to confirm: the enrollment goes on.

    Where a phone confirms by itself, nobody knows whether it has, so this is no failure to write down.
    """

    def __init__(self, error: TenantError, row: PendingEnrollment) -> None:
        outcome = Certainty.UNKNOWN if row.confirmation.waits else Certainty.NOT_DONE
        super().__init__(error.code, outcome, status=error.status, retry_after=error.retry_after)


def malformed_code_error() -> TryAgain:
    return TryAgain("code-malformed", _("A code has six digits."))


def no_passkey_error() -> TryAgain:
    return TryAgain("no-passkey", _("Your browser gave no passkey. Try again."))


def too_soon_error(seconds: int) -> TryAgain:
    sentence = ngettext(
        "Wait %(count)d second before asking for another code.",
        "Wait %(count)d seconds before asking for another code.",
        seconds,
    )
    return TryAgain("too-soon", sentence % {"count": seconds})


def unresolved_error(row: PendingEnrollment) -> TryAgain:
    """Say what is known of an enrollment that waits for the tenant, and not for the person."""
    if row.status is State.UNKNOWN:
        return TryAgain("enrollment-unknown", str(row.shown.sentence))
    return busy_error()


def busy_error() -> TryAgain:
    return TryAgain(
        "enrollment-busy", _("Another tab or window is at it at this moment. Look again shortly.")
    )


def too_many_attempts_error() -> Refused:
    return Refused("too-many-attempts", _("Too many wrong codes. Nothing was added; start again."))


def passkey_refused_error() -> Refused:
    sentence = _("The sign-in service did not accept this passkey. Nothing was added; start again.")
    return Refused("passkey-refused", sentence)


def closed_error(row: PendingEnrollment) -> Refused:
    """Say why nothing more comes of an enrollment; that its factor was taken away again is noted already."""
    code = "enrollment-expired" if row.status is State.EXPIRED else "enrollment-over"
    return Refused(code, str(row.shown.sentence), is_news=not is_shut_out(row))


def check_open(row: PendingEnrollment) -> None:
    """Raise `Refused` unless a settled enrollment waits for a proof."""
    if row.status in (State.STARTING, State.CONFIRMING, State.UNKNOWN):
        raise unresolved_error(row)
    if row.status is not State.CHALLENGED:
        raise closed_error(row)
    if not row.secrets:
        # The key that encrypted them is gone.
        transition(row, Event.SPOILT, problem="unreadable")
        raise closed_error(row)
