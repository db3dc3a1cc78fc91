"""How a delivery begins: beside the request, or at the site's worker; nobody waits for the mail server."""

import socket
import threading
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from typing import Any

import django
import pytest
from django.core import mail
from django.utils import timezone
from pytest_django import Settings

from enrollment.audit import dispatch
from enrollment.audit.delivery import deliver_due
from enrollment.audit.dispatch import AGAIN_AFTER
from enrollment.flows.alarm import forget_browsers
from enrollment.models.outbox import OutboxEmail
from mfaproject.users.models import User
from tests.enrollment.conftest import acting
from tests.enrollment.test_pages_remove import kinds_of, link_to_remove
from tests.support.clock import Clock
from tests.support.person import Person

PATIENCE = 30
TASKS = "django.tasks" if django.VERSION >= (6, 0) else "django_tasks"
needs_tasks = pytest.mark.skipif(
    TASKS == "django_tasks" and not find_spec("django_tasks"), reason="django-tasks is not installed"
)

Start = Callable[[], object]


class HangingServer:
    """Takes connections and says nothing, until it is closed."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.connected = threading.Event()
        self.closing = threading.Event()
        self.thread = threading.Thread(target=self._take)
        self.thread.start()

    def _take(self) -> None:
        with self.listener, self.listener.accept()[0]:
            self.connected.set()
            self.closing.wait(PATIENCE)

    def close(self) -> None:
        self.closing.set()
        self.thread.join(PATIENCE)


@pytest.fixture
def hanging(settings: Settings) -> Iterator[HangingServer]:
    server = HangingServer()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, PATIENCE
    yield server
    server.close()


def test_nobody_waits_for_a_mail_server_that_hangs_and_the_email_is_sent_later(
    database_for_threads: None,
    person: Callable[..., Person],
    hanging: HangingServer,
    settings: Settings,
    start_delivery: Start,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(dispatch, "start_delivery", start_delivery)
    tess = person("tess")
    tess.press(tess.open(link_to_remove(tess)), "Remove it")
    assert hanging.connected.wait(PATIENCE)

    # It hangs still, and the pages do not.
    assert "totp" not in kinds_of(tess)
    assert OutboxEmail.objects.get().state == ""

    courier = dispatch._courier._thread
    hanging.close()
    assert courier
    courier.join(PATIENCE)
    assert OutboxEmail.objects.get().problem == "server-refused"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    OutboxEmail.objects.update(next_try_at=timezone.now())
    assert deliver_due() == 1


def test_emails_that_an_outage_left_are_sent_at_the_end_of_a_later_request(
    database_for_threads: None,
    person: Callable[..., Person],
    settings: Settings,
    start_delivery: Start,
    monkeypatch: pytest.MonkeyPatch,
    elapse: Clock,
) -> None:
    def look_at_a_page() -> None:
        tess.client.get("/")
        dispatch._courier.wait()

    monkeypatch.setattr(dispatch, "start_delivery", start_delivery)
    works = settings.EMAIL_BACKEND
    tess = person("tess")
    page = tess.open(link_to_remove(tess))
    settings.EMAIL_BACKEND = "nowhere.NoBackend"
    tess.press(page, "Remove it")
    dispatch._courier.wait()
    assert OutboxEmail.objects.get().state == "failed"

    settings.EMAIL_BACKEND = works
    OutboxEmail.objects.update(next_try_at=timezone.now())
    elapse(AGAIN_AFTER.total_seconds() - 1)
    look_at_a_page()
    assert OutboxEmail.objects.get().attempts == 1
    elapse(2)
    look_at_a_page()
    assert [message.to for message in mail.outbox] == [["tess@example.test"]]

    elapse(AGAIN_AFTER.total_seconds() + 1)
    assert not dispatch._courier.is_due_again()


def test_emails_that_come_while_the_courier_ends_are_taken_by_it_or_by_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    courier, delivered = dispatch._Courier(), []
    began, go = threading.Event(), threading.Event()

    def deliver() -> int:
        delivered.append(threading.current_thread())
        began.set()
        assert go.wait(PATIENCE)
        return 0

    monkeypatch.setattr(dispatch, "deliver_due", deliver)
    monkeypatch.setattr(dispatch, "is_anything_left", lambda: False)
    courier.start()
    first = courier._thread
    assert began.wait(PATIENCE)
    courier.start()
    courier.start()
    go.set()
    courier.wait()
    assert delivered == [first, first]

    courier.start()
    courier.wait()
    assert len(set(delivered)) == 2


def test_request_that_wrote_nothing_starts_no_delivery(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[int] = []
    monkeypatch.setattr(dispatch, "start_delivery", lambda: started.append(1))

    dispatch.deliver_written()
    assert started == []

    dispatch.note_written()
    dispatch.deliver_written()
    dispatch.deliver_written()
    assert started == [1]


def tasks_by(backend: str) -> dict[str, Any]:
    return {"default": {"BACKEND": f"{TASKS}.backends.{backend}"}}


@needs_tasks
@pytest.mark.parametrize(("backend", "sent"), [("immediate.ImmediateBackend", 1), ("dummy.DummyBackend", 0)])
def test_site_with_tasks_leaves_delivery_to_its_worker(
    tess: User, settings: Settings, start_delivery: Start, backend: str, sent: int
) -> None:
    settings.TASKS = tasks_by(backend)
    forget_browsers(acting(tess), tess)
    start_delivery()

    assert len(mail.outbox) == sent
    assert dispatch._courier._thread is None


def test_queue_that_takes_nothing_leaves_delivery_to_this_process(
    settings: Settings,
    start_delivery: Start,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    started: list[int] = []
    monkeypatch.setattr(dispatch._courier, "start", lambda: started.append(1))
    settings.TASKS = tasks_by("nowhere.NoBackend")

    start_delivery()

    assert started == [1]
    assert "No worker could be told" in caplog.text
