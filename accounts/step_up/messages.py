"""What people read about a step-up: why, what they will be asked for, and why the last try opened nothing."""

from datetime import timedelta
from typing import NamedTuple

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.auth0.claims import PAPE_PHISHING_RESISTANT, HadFactor
from accounts.humanize import duration
from accounts.step_up.assurance import Verdict
from accounts.step_up.means import Obstacle
from accounts.step_up.requirement import Requirement


def step_up_reason(verdict: Verdict, requirement: Requirement, doubt: HadFactor | None = None) -> str:
    """Say why, with the window as the setting has it; `doubt` is why the second factor used last is none."""
    if doubt and verdict is Verdict.MFA_MISSING:
        return _("This part asks for your second factor. The one you used doesn't count yet.")
    if doubt and verdict is Verdict.PHISHING_RESISTANT_MISSING:
        return _("This part asks for your passkey or security key. The one you used doesn't count yet.")
    if requirement.after is not None and verdict is not Verdict.ALLOWED:
        after = timezone.localtime(requirement.after)
        moment = f"{date_format(after, 'DATETIME_FORMAT')} {after.tzname() or ''}".strip()
        sentence = _(
            "This part asks you to prove who you are anew: what was proved before %(moment)s is void."
        )
        return sentence % {"moment": moment}
    mfa, login, resistant = (
        duration(span or timedelta())
        for span in (requirement.mfa_within, requirement.login_within, requirement.phishing_resistant_within)
    )
    return {
        Verdict.PHISHING_RESISTANT_MISSING: _(
            "This part asks for your passkey or security key, and you haven't used one since you signed in."
        ),
        Verdict.PHISHING_RESISTANT_STALE: _(
            "This part asks for your passkey or security key within the last %(window)s, and you used it "
            "longer ago."
        )
        % {"window": resistant},
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


def steps_asked(requirement: Requirement, *, is_proved: bool = False, by_passkey: bool = False) -> list[str]:
    """What the visitor will be asked for, in the order it comes; `by_passkey` where signing in is all."""
    if is_proved:
        return [_("Go to the sign-in service and straight back: it will probably not ask you anything.")]
    if by_passkey:
        return [_("Sign in again, with your passkey. A password isn't enough.")]
    steps = []
    if requirement.login_within:
        steps.append(_("Sign in again, with your password or however you usually do."))
    if requirement.phishing_resistant_within:
        steps.append(_("Confirm with your passkey or security key. A code isn't enough."))
    if requirement.mfa_within and requirement.acr_values != PAPE_PHISHING_RESISTANT:
        steps.append(
            _("Confirm with your second factor: a code, a notification, a passkey or a security key.")
        )
    return steps


def proof_lifetime(requirement: Requirement) -> str:
    """For how long one proof lasts: the shortest window asked for."""
    return duration(min(requirement.windows))


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


class ObstacleTexts(NamedTuple):
    """What is said where a step-up would prove nothing; `add` names the button, if there is one."""

    heading: str
    why: str
    advice: str
    add: str


def obstacle_texts(obstacle: Obstacle) -> ObstacleTexts:
    if obstacle is Obstacle.CANNOT_TELL:
        return ObstacleTexts(
            _("This can't be opened here yet"),
            _("This part asks for your passkey or security key."),
            _("This site isn't set up to be told whether you used one. Tell support."),
            "",
        )
    if obstacle is Obstacle.NOTHING_RESISTANT:
        return ObstacleTexts(
            _("Add a passkey or security key first"),
            _("This part asks for your passkey or security key, and you don't have one yet."),
            _("Add one to your account, then come back. Codes by app, phone or email aren't enough."),
            _("Add a passkey or security key"),
        )
    return ObstacleTexts(
        _("Add a two-factor method first"),
        _("This part asks for your second factor, and you don't have one yet."),
        _("Add an authenticator app, a phone or a security key, then come back. Email alone isn't enough."),
        _("Add a two-factor method"),
    )


RESISTANT_REFUSED = (Verdict.PHISHING_RESISTANT_MISSING, Verdict.PHISHING_RESISTANT_STALE)
MFA_REFUSED = (Verdict.MFA_MISSING, Verdict.MFA_STALE)
LOGIN_REFUSED = (Verdict.LOGIN_MISSING, Verdict.LOGIN_STALE)


def last_attempt_message(
    outcome: Verdict | None, doubt: HadFactor | None = None, *, is_told: bool = True
) -> str:
    """Explain a return that proved too little; `is_told` says whether the tenant tells what was used."""
    if outcome in RESISTANT_REFUSED and (not is_told or doubt is not HadFactor.UNKNOWN):
        return _not_resistant(doubt, is_told=is_told)
    if doubt:
        return why_not_counted(doubt)
    if outcome in MFA_REFUSED:
        return _(
            "You came back without a second factor, so nothing was opened. If you have none yet, add one on "
            "the account security page first; if you have one and were not asked for it, tell support."
        )
    if outcome in LOGIN_REFUSED:
        return _("You came back without signing in afresh, so nothing was opened. Try again.")
    return ""


def _not_resistant(doubt: HadFactor | None, *, is_told: bool) -> str:
    if not is_told:
        return _(
            "The sign-in service doesn't tell this site whether you used a passkey or security key, so "
            "nothing was opened. Trying again won't help: tell support."
        )
    if doubt:
        return _(
            "The passkey or security key you used doesn't count yet: it was added on the way here. Use it "
            "once more."
        )
    return _(
        "You came back without a passkey or security key, so nothing was opened. Try again, and choose "
        "your passkey or security key on the sign-in page."
    )
