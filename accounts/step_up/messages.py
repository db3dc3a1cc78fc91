"""Why a step-up is asked for, and what became of the last attempt, in words."""

from datetime import timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.auth0.claims import HadFactor
from accounts.humanize import duration
from accounts.step_up.assurance import Verdict
from accounts.step_up.requirement import Requirement


def step_up_reason(verdict: Verdict, requirement: Requirement, doubt: HadFactor | None = None) -> str:
    """Say why, with the window as the setting has it; `doubt` is why the second factor used last is none."""
    if doubt and verdict is Verdict.MFA_MISSING:
        return _("This part asks for your second factor. The one you used doesn't count yet.")
    if requirement.after is not None and verdict is not Verdict.ALLOWED:
        after = timezone.localtime(requirement.after)
        moment = f"{date_format(after, 'DATETIME_FORMAT')} {after.tzname() or ''}".strip()
        sentence = _(
            "This part asks you to prove who you are anew: what was proved before %(moment)s is void."
        )
        return sentence % {"moment": moment}
    mfa, login = (
        duration(span or timedelta()) for span in (requirement.mfa_within, requirement.login_within)
    )
    return {
        Verdict.MFA_MISSING: _(
            "This part asks for your second factor, and you have not used it since you signed in."
        ),
        Verdict.MFA_STALE: _(
            "This part asks for your second factor within the last %(window)s, and you used it longer ago."
        )
        % {"window": mfa},
        Verdict.LOGIN_MISSING: _(
            "This part asks for a fresh sign-in, and it is not known when you signed in."
        ),
        Verdict.LOGIN_STALE: _(
            "This part asks for a sign-in within the last %(window)s, and you signed in longer ago."
        )
        % {"window": login},
        Verdict.TOKEN_MISSING: _(
            "You have proved who you are. To add to your account from here, this site also needs the sign-in "
            "service's permission, which lasts for a while and then ends by itself."
        ),
        Verdict.ALLOWED: "",
    }[verdict]


def steps_asked(requirement: Requirement, *, is_proved: bool = False) -> list[str]:
    """What the visitor will be asked for, in the order it comes."""
    if is_proved:
        return [_("Go to the sign-in service and straight back: it will probably not ask you anything.")]
    steps = []
    if requirement.login_within:
        steps.append(_("Sign in again, with your password or however you usually do."))
    if requirement.mfa_within:
        steps.append(
            _("Confirm with your second factor: a code, a notification, a passkey or a security key.")
        )
    return steps


def proof_lifetime(requirement: Requirement) -> str:
    """For how long one proof lasts: the shortest window asked for."""
    return duration(min(span for span in (requirement.mfa_within, requirement.login_within) if span))


def why_not_counted(doubt: HadFactor | None) -> str:
    """Explain a second factor that was used and proves nothing."""
    if doubt is HadFactor.NO:
        return _(
            "The second factor you used doesn't count. It was added on the way here, or it was only email. "
            "Confirm with one that was on your account before."
        )
    if doubt is HadFactor.UNKNOWN:
        return _(
            "We couldn't check that your second factor was on your account before, so it opened nothing. Try "
            "again in a moment. If this happens again, tell support."
        )
    return ""


def last_attempt_message(outcome: Verdict | None, doubt: HadFactor | None = None) -> str:
    """Explain a return that proved too little."""
    if doubt:
        return why_not_counted(doubt)
    if outcome in (Verdict.MFA_MISSING, Verdict.MFA_STALE):
        return _(
            "You came back without a second factor, so nothing was opened. If you have none yet, add one on "
            "the account security page first; if you have one and were not asked for it, tell support."
        )
    if outcome in (Verdict.LOGIN_MISSING, Verdict.LOGIN_STALE):
        return _("You came back without signing in afresh, so nothing was opened. Try again.")
    return ""
