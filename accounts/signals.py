"""Signals of this app, and what it asks by two: which factors somebody had already."""

from collections.abc import Iterable
from datetime import datetime

from django.dispatch import Signal

from accounts.auth0.claims import HadFactor, HadResistant

# Sent when somebody came back from the tenant and what they proved was written down.
# Arguments: request, user (who proved it), assurance (the record as it stands now). Sender: Assurance.
proof_recorded = Signal()

# Sent when a browser signed in that never had to this account, where ACCOUNT_SECURITY_NEW_DEVICE_EMAIL is on.
# Arguments: request, user. Sender: UserSession.
new_device_seen = Signal()

# Asked of whoever keeps the list of people's factors, by `had_second_factor`; receivers answer a
# `HadFactor`. Arguments: subject (a `sub`), before (a datetime, or None for now), may_call (whether the
# tenant may be asked, once, or only what is known already). Sender: HadFactor.
second_factor_asked = Signal()

# The same of passkeys, and of keys as a second factor, by `had_resistant`; receivers answer a `HadResistant`.
phishing_resistant_asked = Signal()


def had_second_factor(subject: str, before: datetime | None = None, *, may_call: bool = True) -> HadFactor:
    """Say whether an independent one was there before that moment, or is there now; a doubt is no yes.

    On a site without a list, as one with this app alone, the tenant's word is all there is, and counts:
    otherwise no gate would ever open. A check says so (`accounts.W011`).
    """
    if not somebody_keeps_a_list():
        return HadFactor.YES
    asked = second_factor_asked.send_robust(HadFactor, subject=subject, before=before, may_call=may_call)
    return _weakest(answer for _receiver, answer in asked)


def had_resistant(subject: str, before: datetime | None = None, *, may_call: bool = True) -> HadResistant:
    """Say the same of what no fake sign-in page can take."""
    if not somebody_keeps_a_list():
        return HadResistant(HadFactor.YES, HadFactor.YES)
    asked = phishing_resistant_asked.send_robust(HadFactor, subject=subject, before=before, may_call=may_call)
    answers = [answer for _receiver, answer in asked]
    known = [answer for answer in answers if isinstance(answer, HadResistant)]
    if not known or len(known) < len(answers):
        return HadResistant(HadFactor.UNKNOWN, HadFactor.UNKNOWN)
    return HadResistant(
        _weakest(answer.passkey for answer in known), _weakest(answer.security_key for answer in known)
    )


def _weakest(answers: Iterable[object]) -> HadFactor:
    said = {answer if isinstance(answer, HadFactor) else HadFactor.UNKNOWN for answer in answers}
    return next(had for had in (HadFactor.NO, HadFactor.UNKNOWN, HadFactor.YES) if had in said)


def somebody_keeps_a_list() -> bool:
    return bool(second_factor_asked.has_listeners(HadFactor))
