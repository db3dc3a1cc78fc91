"""Whether somebody had a second factor already: asked of whoever keeps the list, which is not this app."""

from datetime import datetime

from accounts.auth0.claims import HadFactor
from accounts.signals import second_factor_asked


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
