"""The outbox: what is in a row, when it is tried again, and that no two processes hand over the same."""

import logging
import smtplib
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.db import DatabaseError
from django.utils import timezone
from pytest_django import Settings

from accounts.languages import set_language
from enrollment.audit import delivery, dispatch
from enrollment.audit.delivery import deliver_due
from enrollment.flows.alarm import forget_browsers
from enrollment.models.activity import ActivityEvent
from enrollment.models.outbox import FIRST_RETRY, LAST_RETRY, LEASE, OutboxEmail
from mfaproject.users.models import User
from tests.enrollment.conftest import acting
from tests.enrollment.console import run
from tests.enrollment.happenings import ACTIVITY, People, user_of
from tests.enrollment.reading import text_of
from tests.support.clock import Clock
from tests.support.mails import delivered

ADDRESS = "tess@example.test"


@pytest.fixture
def row(tess: User) -> OutboxEmail:
    """An email that waits."""
    forget_browsers(acting(tess), tess)
    return OutboxEmail.objects.get()


class Server:
    """Stands where the mail server is: keeps what it was handed, and fails as it is told."""

    def __init__(self) -> None:
        self.handed: list[EmailMessage] = []
        self.problem: Exception | None = None

    def hand_over(self, message: EmailMessage) -> int:
        if self.problem:
            raise self.problem
        self.handed.append(message)
        return 1


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Server:
    server = Server()
    monkeypatch.setattr(EmailMessage, "send", lambda message, **_options: server.hand_over(message))
    return server


def fresh(row: OutboxEmail) -> OutboxEmail:
    return OutboxEmail.objects.get(pk=row.pk)


def test_row_is_written_with_the_event_and_delivered_later(tess: User, row: OutboxEmail) -> None:
    assert mail.outbox == []
    assert row.event == ActivityEvent.objects.get()
    assert row.message["to"] == ADDRESS

    (sent,) = delivered()
    assert (sent.to, sent.subject) == ([ADDRESS], "Remembered browsers of your account were forgotten")
    assert sent.extra_headers["Message-ID"] == row.message_id
    assert fresh(row).sent_at


def test_row_lies_encrypted_and_is_emptied_once_sent(row: OutboxEmail) -> None:
    assert ADDRESS not in row.encrypted_message
    assert "browsers" not in row.encrypted_message

    deliver_due()

    assert fresh(row).encrypted_message == ""


def test_email_goes_to_the_address_known_when_the_change_was_made(tess: User, row: OutboxEmail) -> None:
    User.objects.update(email="thief@example.test")

    assert [sent.to for sent in delivered()] == [[ADDRESS]]


def test_email_of_a_person_who_is_gone_is_sent(tess: User, row: OutboxEmail) -> None:
    tess.delete()

    assert [sent.to for sent in delivered()] == [[ADDRESS]]


def test_event_and_email_are_written_both_or_neither(
    tess: User, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_self: OutboxEmail, **_options: Any) -> None:
        raise DatabaseError("disk full")

    monkeypatch.setattr(OutboxEmail, "save", fail)
    forget_browsers(acting(tess), tess)

    assert not ActivityEvent.objects.exists()
    assert "No audit row" in caplog.text


def test_site_whose_template_is_broken_makes_the_change_and_writes_it_down(
    tess: User, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_args: Any) -> str:
        raise RuntimeError("a template's own fault")

    monkeypatch.setattr("enrollment.audit.mail.render_to_string", fail)
    forget_browsers(acting(tess), tess)

    assert ActivityEvent.objects.get().outcome == "done"
    assert not OutboxEmail.objects.exists()
    assert "Could not tell user" in caplog.text


def test_row_knows_the_language_of_the_person(tess: User) -> None:
    set_language(tess, "es")
    forget_browsers(acting(tess), tess)

    assert OutboxEmail.objects.get().language == "es"


@pytest.mark.parametrize(
    ("problem", "code"),
    [
        (smtplib.SMTPRecipientsRefused({ADDRESS: (550, b"no such tess@example.test")}), "recipient-refused"),
        (smtplib.SMTPAuthenticationError(535, b"wrong"), "login-refused"),
        (smtplib.SMTPServerDisconnected("gone"), "server-refused"),
        (TimeoutError("slow"), "timeout"),
        (ConnectionRefusedError("closed"), "unreachable"),
        (ValueError("a backend's own"), "failed"),
    ],
)
def test_failure_is_noted_by_a_code_and_never_in_the_servers_words(
    row: OutboxEmail, server: Server, caplog: pytest.LogCaptureFixture, problem: Exception, code: str
) -> None:
    caplog.set_level(logging.INFO)
    server.problem = problem
    assert deliver_due() == 0

    assert (fresh(row).problem, fresh(row).sent_at, fresh(row).attempts) == (code, None, 1)
    assert ADDRESS not in caplog.text


def test_failed_email_is_tried_again_less_and_less_often_and_never_given_up(
    row: OutboxEmail, server: Server, elapse: Clock
) -> None:
    server.problem = OSError("down")
    waits = []
    for _ in range(14):
        deliver_due()
        waits.append(_wait(row))
        elapse(waits[-1] - timedelta(seconds=1))
        assert deliver_due() == 0
        elapse(2)
    assert waits[:3] == [FIRST_RETRY, 2 * FIRST_RETRY, 4 * FIRST_RETRY]
    assert waits[-2:] == [LAST_RETRY, LAST_RETRY]
    assert fresh(row).attempts == len(waits)

    server.problem = None
    assert deliver_due() == 1
    assert (fresh(row).problem, server.handed[0].extra_headers["Message-ID"]) == ("", row.message_id)


def _wait(row: OutboxEmail) -> timedelta:
    """How long until it is due, in whole seconds."""
    due = fresh(row).next_try_at
    assert due
    return timedelta(seconds=round((due - timezone.now()).total_seconds()))


def test_server_that_is_down_is_left_alone_and_one_refused_address_holds_up_nobody(
    tess: User, sol: User, server: Server
) -> None:
    for person in (tess, sol):
        forget_browsers(acting(person), person)
    server.problem = OSError("down")
    deliver_due()
    assert sorted(OutboxEmail.objects.values_list("attempts", flat=True)) == [0, 1]

    OutboxEmail.objects.update(next_try_at=timezone.now())
    server.problem = smtplib.SMTPRecipientsRefused({})
    deliver_due()
    assert sorted(OutboxEmail.objects.values_list("attempts", flat=True)) == [1, 2]


def test_email_that_somebody_else_is_at_is_left_to_them_until_their_lease_ends(
    row: OutboxEmail, elapse: Clock
) -> None:
    assert row.claim()
    assert deliver_due() == 0

    elapse(LEASE)
    assert deliver_due() == 1


def test_row_read_by_two_is_claimed_by_one(row: OutboxEmail) -> None:
    both = [fresh(row), fresh(row)]

    assert [each.claim() for each in both] == [True, False]


def test_late_failure_takes_no_lease_from_whoever_is_at_it_now(row: OutboxEmail, elapse: Clock) -> None:
    assert row.claim()
    elapse(LEASE)
    assert fresh(row).claim()

    row.mark_failed("timeout")

    assert deliver_due() == 0
    assert _wait(row) > LEASE / 2


def test_email_whose_key_is_gone_waits_for_it(row: OutboxEmail, settings: Settings, elapse: Clock) -> None:
    old, settings.SECRET_KEY = settings.SECRET_KEY, "another-demo-secret-key-0123456789-abcdefghijklmnopqrst"
    assert deliver_due() == 0
    assert fresh(row).problem == delivery.UNREADABLE

    settings.SECRET_KEY_FALLBACKS = [old]
    elapse(FIRST_RETRY)
    assert [sent.to for sent in delivered()] == [[ADDRESS]]


def test_delivery_takes_so_many_at_once(tess: User, sol: User, monkeypatch: pytest.MonkeyPatch) -> None:
    for person in (tess, sol):
        forget_browsers(acting(person), person)
    monkeypatch.setattr(delivery, "MOST_EMAILS", 1)

    assert [deliver_due(), deliver_due(), deliver_due()] == [1, 1, 0]


def test_delivery_takes_so_much_time(row: OutboxEmail, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "MOST_TIME", timedelta(seconds=-1))

    assert deliver_due() == 0


def test_database_that_fails_after_the_server_took_it_sends_it_again_with_the_same_id(
    row: OutboxEmail, server: Server, elapse: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_self: OutboxEmail) -> None:
        raise DatabaseError("gone")

    with monkeypatch.context() as patch:
        patch.setattr(OutboxEmail, "mark_sent", fail)
        assert deliver_due() == 0
    elapse(LEASE)
    assert deliver_due() == 1
    assert [sent.extra_headers["Message-ID"] for sent in server.handed] == [row.message_id] * 2


# Who delivers


def test_command_delivers_what_it_wrote_before_it_ends(tess: User) -> None:
    run("mfa_user", "forget-browsers", ADDRESS, "--reason", "Asked for it")

    assert [sent.to for sent in mail.outbox] == [[ADDRESS]]


@pytest.mark.parametrize(("options", "sent"), [((), 1), (("--dry-run",), 0)])
def test_timer_sends_what_is_left(row: OutboxEmail, options: tuple[str, ...], sent: int) -> None:
    dispatch._taken()  # the process that wrote it is gone
    run("mfa_cleanup", *options)

    assert len(mail.outbox) == sent


def test_timer_says_how_many_emails_are_left_and_fails(row: OutboxEmail, server: Server) -> None:
    dispatch._taken()
    foreseen = run("mfa_cleanup", "--json", "--dry-run")
    assert (foreseen.json["emails_unsent"], foreseen.status) == (1, 0)

    server.problem = OSError("down")
    failed = run("mfa_cleanup", "--json")
    assert (failed.json["emails_unsent"], failed.status) == (1, 3)
    assert "Emails left unsent: 1." in run("mfa_cleanup").out

    server.problem = None
    OutboxEmail.objects.update(next_try_at=timezone.now())
    done = run("mfa_cleanup", "--json")
    assert (done.json["emails_unsent"], done.status) == (0, 0)


def test_timer_that_sends_some_emails_says_that_it_was_partly_done(
    row: OutboxEmail, server: Server, tess: User
) -> None:
    forget_browsers(acting(tess), tess)
    OutboxEmail.objects.filter(pk=row.pk).update(next_try_at=timezone.now() + LAST_RETRY)
    dispatch._taken()

    assert run("mfa_cleanup", "--json").status == 4


# What the activity says


@pytest.mark.parametrize(
    ("problem", "said"), [(None, "Email sent"), (OSError("down"), "Email failed, we'll try again")]
)
def test_activity_says_whether_the_email_was_sent(
    person: People, server: Server, problem: Exception | None, said: str
) -> None:
    tess = person("tess")
    tess.sign_in()
    forget_browsers(acting(user_of(tess)), user_of(tess))
    dispatch._taken()
    assert "Email" not in text_of(tess.open(ACTIVITY))

    server.problem = problem
    deliver_due()

    assert said in text_of(tess.open(ACTIVITY))
