"""Whether the person has said that the latest recovery code is saved; the audit trail remembers."""

from accounts.models import User
from enrollment.activity import Attempt, record
from enrollment.actors import Actor
from enrollment.flows.enroll.entry import visited
from enrollment.models import ActivityEvent
from enrollment.vocabulary import Action, Outcome


def recovery_code_saved(actor: Actor, subject: User) -> None:
    """Take note, once for each code; there is nothing to signal or to mail about it."""
    visited(actor, subject)
    if recovery_code_unsaved(subject):
        record(Attempt(actor, subject, Action.RECOVERY_CODE_SAVED), Outcome.DONE)


def recovery_code_unsaved(subject: User) -> bool:
    """Say whether a code was made here that nobody has said is saved: reason enough for a reminder."""
    about = (Action.RECOVERY_CODE_MADE, Action.RECOVERY_CODE_SAVED)
    last = ActivityEvent.objects.of(subject).filter(action__in=about, outcome=Outcome.DONE).first()
    return last is not None and last.action == Action.RECOVERY_CODE_MADE
