"""Whether the person has said that the latest recovery code is saved; the audit trail remembers."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q

from accounts.claims import CLOCK_LEEWAY
from accounts.models import User
from enrollment import directory
from enrollment.activity import Attempt, record
from enrollment.actors import Actor
from enrollment.factors import Factor, FactorKind
from enrollment.flows.enroll.entry import visited
from enrollment.models import ActivityEvent
from enrollment.vocabulary import Action, Outcome

SAVED = Q(action=Action.RECOVERY_CODE_SAVED, outcome=Outcome.DONE)
MADE = Q(action=Action.RECOVERY_CODE_MADE, outcome__in=(Outcome.DONE, Outcome.UNKNOWN))


def recovery_code_saved(actor: Actor, subject: User) -> None:
    """Take note, once for each code; there is nothing to signal or to mail about it."""
    visited(actor, subject)
    if recovery_code_unsaved(subject, directory.factors_of(subject.sub or "").factors):
        record(Attempt(actor, subject, Action.RECOVERY_CODE_SAVED), Outcome.DONE)


def recovery_code_unsaved(subject: User, factors: Sequence[Factor] | None) -> bool:
    """Say whether nobody has said of the latest code that it is saved: reason enough for a reminder.

    Not known counts as not saved. A code whose answer got lost was seen by nobody, and a process that died
    with it wrote no row: the tenant's list tells that it was made after the last one was saved.
    """
    last = ActivityEvent.objects.of(subject).filter(SAVED | MADE).first()
    if last is None or last.action != Action.RECOVERY_CODE_SAVED:
        return True
    return _made_after(last.at + CLOCK_LEEWAY, factors or ())


def _made_after(moment: datetime, factors: Sequence[Factor]) -> bool:
    made = (factor.added_at for factor in factors if factor.kind is FactorKind.RECOVERY_CODE)
    return any(added_at is not None and added_at > moment for added_at in made)
