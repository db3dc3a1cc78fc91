"""Signals of this app, and what it asks by one: whether somebody had a second factor already."""

from datetime import datetime

from django.dispatch import Signal

from accounts.auth0.claims import HadFactor

# Sent when somebody came back from the tenant and what they proved was written down.
# Arguments: request, user (who proved it), assurance (the record as it stands now). Sender: Assurance.
proof_recorded = Signal()

# Asked of whoever keeps the list of people's factors, by `had_second_factor`; receivers answer a
# `HadFactor`. Arguments: subject (a `sub`), before (a datetime, or None for now), may_call (whether the
# tenant may be asked, once, or only what is known already). Sender: HadFactor.
second_factor_asked = Signal()


def had_second_factor(subject: str, before: datetime | None = None, *, may_call: bool = True) -> HadFactor:
    """Say whether an independent one was there before that moment, or is there now; a doubt is no yes.

    On a site without a list, as one with this app alone, the tenant's word is all there is, and counts:
    otherwise no gate would ever open. A check says so (`accounts.W011`).
    """
    if not somebody_keeps_a_list():
        return HadFactor.YES
    asked = second_factor_asked.send_robust(HadFactor, subject=subject, before=before, may_call=may_call)
    answers = {answer if isinstance(answer, HadFactor) else HadFactor.UNKNOWN for _receiver, answer in asked}
    return next(had for had in (HadFactor.NO, HadFactor.UNKNOWN, HadFactor.YES) if had in answers)


def somebody_keeps_a_list() -> bool:
    return bool(second_factor_asked.has_listeners(HadFactor))
