"""Every change is written down before it is made; how it ended leaves one row, a signal, a mail."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

from django.db import DatabaseError, transaction
from django.utils import timezone

from accounts.auth0.errors import Certainty, TenantError
from accounts.identity import User, subject_of
from enrollment import conf
from enrollment.account.methods import Factor
from enrollment.account.settlement import NOTHING_LISTED, Expected
from enrollment.actors import Actor
from enrollment.audit import mail
from enrollment.models.activity import Action, ActivityEvent, Outcome
from enrollment.models.operation import Operation, OperationState, encrypt_expected
from enrollment.signals import account_changed

logger = logging.getLogger(__name__)

STATES = {
    Outcome.DONE: OperationState.DONE,
    Outcome.REFUSED: OperationState.REFUSED,
    Outcome.FAILED: OperationState.NOT_DONE,
    Outcome.UNKNOWN: OperationState.UNKNOWN,
}


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
    """What somebody is about to do; the factor becomes known on the way.

    A part of another change is told with it: `told` says of everything else whether its person gets an email.
    `has_parts`: what it changes at the tenant, its parts change, and they wait for lost answers themselves.
    `retried`: it is idempotent, and `mfa_cleanup` tries it until it is done.
    """

    actor: Actor
    subject: User | None
    action: Action
    factor_kind: str = ""
    factor_name: str = ""
    factor_id: str = ""
    told: bool = True
    has_parts: bool = False
    retried: bool = False
    part_of: Operation | None = None
    operation: Operation | None = field(default=None, init=False)

    def about(self, factor: Factor) -> Self:
        """Note which factor it is about; its name is masked already."""
        self.factor_kind, self.factor_name, self.factor_id = factor.kind.value, factor.own_name, factor.id
        return self

    def begin(self, expected: Expected = NOTHING_LISTED) -> Operation:
        """Write it down before the first call that changes anything; without that, nothing is called.

        A worker that dies from here on leaves it to be settled by what the tenant's list shows (`expected`).
        """
        now = timezone.now()
        busy_until = now + conf.longest_call()
        people: dict[str, Any] = {"actor": self.actor.user, "subject": self.subject}
        self.operation = Operation.objects.create(
            **people,
            **_facts(self),
            encrypted_expected=encrypt_expected(expected),
            told=self.told,
            part_of=self.part_of,
            begun_at=now,
            busy_until=busy_until,
            retry_at=busy_until if self.retried else None,
        )
        if self.part_of is not None:
            Operation.objects.filter(pk=self.part_of.pk).update(busy_until=busy_until)
        return self.operation


@contextmanager
def logged(attempt: Attempt) -> Iterator[Attempt]:
    """Run an attempt, write down how it ended, and tell its person of it."""
    with log_failure(attempt):
        yield attempt
    record(attempt, Outcome.DONE)


@contextmanager
def log_failure(attempt: Attempt) -> Iterator[Attempt]:
    """Run an attempt, or a part of one, and write down how it failed if it does."""
    try:
        yield attempt
    except Refused as refused:
        if refused.is_news or attempt.operation:
            record(attempt, Outcome.REFUSED, refused.code)
        raise
    except TenantError as error:
        unknown = error.outcome is Certainty.UNKNOWN
        record(attempt, Outcome.UNKNOWN if unknown else Outcome.FAILED, error.code)
        raise


def record(attempt: Attempt, outcome: Outcome, code: str = "") -> None:
    """Write down how an attempt ended, once, and tell of it; what no rule let begin leaves a row alone.

    What somebody else has settled meanwhile, from the tenant's list, is written and told already.
    """
    operation = attempt.operation
    if operation is None:
        is_done = outcome is Outcome.DONE
        event = write_event(attempt, outcome, code, told=is_done and attempt.told)
        if is_done:
            _signal(attempt, event)
        return
    waits = outcome is Outcome.UNKNOWN and operation.expected.is_listed and not attempt.has_parts
    settle(attempt, operation, outcome, code, final=not waits)


def settle(
    attempt: Attempt,
    operation: Operation,
    outcome: Outcome,
    code: str,
    *,
    final: bool = True,
    at: datetime | None = None,
) -> bool:
    """Close an operation, write its row and emails, and signal it; say whether it was this call that did.

    The database gets all of it or nothing. Where it fails the operation stays open, to be settled later: a
    change that was made is not hidden.
    """
    event = _event(attempt, outcome, code)
    event.at = at or event.at
    try:
        with transaction.atomic():
            event.save()
            closed = operation.close(STATES[outcome], code, event, final=final)
            if closed:
                _write_emails(attempt, operation, event)
            # Somebody else has settled it meanwhile, and written the row.
            transaction.set_rollback(not closed)
    except DatabaseError:
        logger.exception("No audit row for %s of %s: %s", event.action, event.subject_id, event.outcome)
        return False
    if closed and outcome is Outcome.DONE:
        _signal(attempt, event)
    return closed


def _write_emails(attempt: Attempt, operation: Operation, event: ActivityEvent) -> None:
    """Write of what was done: of a part with its whole, or by itself where that was not done."""
    if attempt.subject is None:
        return
    if operation.state == OperationState.DONE:
        alone = operation.part_of is None or operation.part_of.is_settled_undone()
        told = [event] if attempt.told and alone else []
    elif operation.settled_at:
        parts = operation.parts.filter(state=OperationState.DONE, told=True).select_related("event")
        told = [part.event for part in parts if part.event and not mail.has_notice(part.event)]
    else:
        return
    for each in told:
        mail.save_notice(mail.compose_notice(attempt.subject, attempt.actor, each))


def notify(attempt: Attempt, event: ActivityEvent) -> bool:
    """Signal what was carried out, and see to it that the person is emailed once; return whether they are."""
    _signal(attempt, event)
    if not (attempt.told and attempt.subject):
        return False
    return mail.queue_notice(attempt.subject, attempt.actor, event)


def _signal(attempt: Attempt, event: ActivityEvent) -> None:
    account_changed.send_robust(ActivityEvent, event=event, actor=attempt.actor, subject=attempt.subject)


def write_event(attempt: Attempt, outcome: Outcome, code: str = "", *, told: bool = False) -> ActivityEvent:
    """Write a row, and where the person is `told` the email about it: both or neither.

    A database that fails must not hide a change that was made: it goes to the log instead.
    """
    event = _event(attempt, outcome, code)
    email = mail.compose_notice(attempt.subject, attempt.actor, event) if told and attempt.subject else None
    try:
        with transaction.atomic():
            event.save()
            mail.save_notice(email)
    except DatabaseError:
        event.pk = None
        logger.exception("No audit row for %s of %s: %s", event.action, event.subject_id, event.outcome)
    return event


def _event(attempt: Attempt, outcome: Outcome, code: str) -> ActivityEvent:
    subject = attempt.subject
    people: dict[str, Any] = {"actor": attempt.actor.user, "subject": subject}
    return ActivityEvent(
        **people,
        **_facts(attempt),
        subject_label=(subject_of(subject) or str(subject.pk))[:255] if subject else "",
        outcome=outcome,
        code=code[:60],
    )


def _facts(attempt: Attempt) -> dict[str, Any]:
    """What operation and trail say alike."""
    actor = attempt.actor
    return {
        "actor_label": actor.label[:255],
        "action": attempt.action,
        "factor_kind": attempt.factor_kind[:40],
        "factor_name": attempt.factor_name[:120],
        "factor_id": attempt.factor_id[:120],
        "reason": actor.reason[:300],
        "ip": actor.ip,
        "user_agent": actor.user_agent[:300],
        "source": actor.source,
    }
