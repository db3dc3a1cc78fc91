"""Every intention leaves a row, whatever became of it; what was carried out is also signalled and mailed."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Self

from django.db import DatabaseError, transaction

from accounts.auth0.errors import Certainty, TenantError
from accounts.identity import User, subject_of
from enrollment.account.methods import Factor
from enrollment.actors import Actor
from enrollment.audit import mail
from enrollment.models.activity import Action, ActivityEvent, Outcome
from enrollment.signals import account_changed

logger = logging.getLogger(__name__)


class Refused(Exception):  # noqa: N818 - a state of things, not a fault
    """A rule says no, and nothing was done: a stable code to branch on, and a sentence to read.

    What is no news leaves no row: whoever is refused without end must not fill the trail.
    """

    def __init__(self, code: str, sentence: str, *, is_news: bool = True) -> None:
        super().__init__(code)
        self.code = code
        self.sentence = sentence
        self.is_news = is_news


@dataclass
class Attempt:
    """What somebody is about to do; the factor becomes known on the way."""

    actor: Actor
    subject: User | None
    action: Action
    factor_kind: str = ""
    factor_name: str = ""
    factor_id: str = ""

    def about(self, factor: Factor) -> Self:
        """Note which factor it is about; its name is masked already."""
        self.factor_kind, self.factor_name, self.factor_id = factor.kind.value, factor.own_name, factor.id
        return self


@contextmanager
def logged(attempt: Attempt, *, told: bool = True) -> Iterator[Attempt]:
    """Run an attempt and write down how it ended. `told` says whether the person gets an e-mail about it."""
    with log_failure(attempt):
        yield attempt
    notify(attempt, write_event(attempt, Outcome.DONE), told=told)


@contextmanager
def log_failure(attempt: Attempt) -> Iterator[Attempt]:
    """Run an attempt, or a part of one, and write down how it failed if it does."""
    try:
        yield attempt
    except Refused as refused:
        if refused.is_news:
            write_event(attempt, Outcome.REFUSED, refused.code)
        raise
    except TenantError as error:
        unknown = error.outcome is Certainty.UNKNOWN
        write_event(attempt, Outcome.UNKNOWN if unknown else Outcome.FAILED, error.code)
        raise


def notify(attempt: Attempt, event: ActivityEvent, *, told: bool = True) -> bool:
    """Signal what was carried out, and mail it to the person; return whether that e-mail is on its way."""
    account_changed.send_robust(ActivityEvent, event=event, actor=attempt.actor, subject=attempt.subject)
    if not (told and attempt.subject):
        return False
    return mail.send_notice(attempt.subject, attempt.actor, event)


def write_event(attempt: Attempt, outcome: Outcome, code: str = "") -> ActivityEvent:
    """Write a row. A database that fails must not hide a change that was made: it goes to the log instead."""
    event = _event(attempt, outcome, code)
    try:
        with transaction.atomic():
            event.save()
    except DatabaseError:
        logger.exception("No audit row for %s of %s: %s", event.action, event.subject_id, event.outcome)
    return event


def _event(attempt: Attempt, outcome: Outcome, code: str) -> ActivityEvent:
    actor, subject = attempt.actor, attempt.subject
    people: dict[str, Any] = {"actor": actor.user, "subject": subject}
    return ActivityEvent(
        **people,
        actor_label=actor.label[:255],
        subject_label=(subject_of(subject) or str(subject.pk))[:255] if subject else "",
        action=attempt.action,
        factor_kind=attempt.factor_kind[:40],
        factor_name=attempt.factor_name[:120],
        factor_id=attempt.factor_id[:120],
        outcome=outcome,
        code=code[:60],
        reason=actor.reason[:300],
        ip=actor.ip,
        user_agent=actor.user_agent[:300],
        source=actor.source,
    )
