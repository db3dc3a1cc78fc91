"""No order of writing, dying, delivering and cleaning up loses an email, or sends one twice without need."""

from collections import Counter
from contextlib import suppress
from datetime import timedelta

import pytest
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from enrollment.actors import Actor
from enrollment.audit.delivery import _deliver, deliver_due
from enrollment.audit.log import Attempt, record
from enrollment.flows.cleanup import delete_old
from enrollment.models.activity import Action, Outcome
from enrollment.models.outbox import LAST_RETRY, LEASE, OutboxEmail
from mfaproject.users.models import User
from tests.support.killing import Killed

BEFORE, AFTER = "before the server has it", "before that is noted"


class Undone(Exception):  # noqa: N818 - a state of things
    """Takes a transaction back."""


class Outbox(RuleBasedStateMachine):
    """`handed` counts how often the mail server got each email, `doubtful` how often a process died then."""

    person: User

    def __init__(self) -> None:
        super().__init__()
        OutboxEmail.objects.all().delete()
        self.handed: Counter[str] = Counter()
        self.doubtful: Counter[str] = Counter()
        self.written: set[str] = set()
        self.elsewhere: list[OutboxEmail] = []
        self.is_down, self.death, self.passed = False, "", 0
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr(EmailMessage, "send", lambda message, **_options: self.send(message))

    def send(self, message: EmailMessage) -> None:
        number = message.extra_headers["Message-ID"]
        self.passed -= 1
        if self.death == BEFORE and self.passed < 0:
            raise Killed(BEFORE)
        if self.is_down:
            raise OSError("down")
        self.handed[number] += 1
        if self.death == AFTER and self.passed < 0:
            self.doubtful[number] += 1
            raise Killed(AFTER)

    @rule(kept=st.booleans())
    def change(self, kept: bool) -> None:
        """Change something, in a transaction that may be taken back."""
        try:
            with transaction.atomic():
                record(Attempt(Actor(self.person), self.person, Action.BROWSERS_FORGOTTEN), Outcome.DONE)
                if not kept:
                    raise Undone
        except Undone:
            return
        (number,) = set(OutboxEmail.objects.values_list("message_id", flat=True)) - self.written
        self.written.add(number)

    @rule(death=st.sampled_from(["", BEFORE, AFTER]), emails=st.integers(0, 2), down=st.booleans())
    def deliver(self, death: str, emails: int, down: bool) -> None:
        """Deliver, and die at an email perhaps."""
        self.death, self.passed, self.is_down = death, emails, down
        with suppress(Killed):
            deliver_due()
        self.death, self.is_down = "", False

    @rule()
    def begin_elsewhere(self) -> None:
        """Another process claims what both have seen."""
        seen = list(OutboxEmail.objects.filter(sent_at=None))
        self.elsewhere += [row for row in seen if row.claim()]

    @rule()
    def end_elsewhere(self) -> None:
        """It hands over what it has claimed."""
        while self.elsewhere:
            _deliver(self.elsewhere.pop())

    @rule(wait=st.sampled_from([LEASE, timedelta(hours=1), LAST_RETRY]))
    def wait(self, wait: timedelta) -> None:
        """Let time pass; whoever is at it so long is dead."""
        self.elsewhere.clear()
        OutboxEmail.objects.filter(sent_at=None).update(next_try_at=F("next_try_at") - wait)

    @rule()
    def cleanup(self) -> None:
        delete_old()
        deliver_due()

    @invariant()
    def nothing_is_lost(self) -> None:
        """What the server does not have waits, with what it says; what was taken back is nowhere."""
        waiting = OutboxEmail.objects.filter(next_try_at__isnull=False).exclude(encrypted_message="")
        numbers = set(waiting.values_list("message_id", flat=True))
        assert self.written - set(self.handed) <= numbers
        assert set(self.handed) | numbers == self.written

    @invariant()
    def nothing_is_doubled_but_where_a_process_died(self) -> None:
        assert all(count <= 1 + self.doubtful[number] for number, count in self.handed.items())

    def teardown(self) -> None:
        """In the end, everybody has their email."""
        self.wait(LAST_RETRY)
        deliver_due()
        self.patch.undo()
        assert set(self.handed) == self.written
        self.nothing_is_doubled_but_where_a_process_died()


def test_no_history_loses_an_email_or_doubles_one_without_a_death(tess: User) -> None:
    Outbox.person = tess
    run_state_machine_as_test(
        Outbox,
        settings=settings(
            max_examples=60,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
        ),
    )
