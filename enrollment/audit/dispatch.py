"""When the outbox is delivered: once the response has gone, by its own thread or the site's worker."""

import atexit
import logging
import threading
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connections
from django.utils import timezone

from enrollment.audit.delivery import deliver_due, is_anything_left

logger = logging.getLogger(__name__)

# After a delivery that left emails behind, the end of a request begins another, at the earliest.
AGAIN_AFTER = timedelta(minutes=1)
# Seconds that the end of a process waits for an email under way.
LONGEST_GOODBYE = 10
# Whether what runs here has written emails since they were last sent on their way.
_written: ContextVar[bool] = ContextVar("emails_written", default=False)


def note_written() -> None:
    """Have `deliver_written` do something at the end of this request."""
    _written.set(True)


def deliver_written(**_kwargs: Any) -> None:
    """Begin to deliver what this request wrote: nobody waits for it, not even their browser's next request.

    After an outage of the mail server, any request begins to deliver what this process had left.
    Never raises. What is not delivered from here, `deliver_due` finds later.
    """
    if _taken() or _courier.is_due_again():
        try:
            start_delivery()
        except RuntimeError:  # a process that is ending starts no thread
            logger.exception("Emails wait in the outbox: their delivery could not be started")


def deliver_written_now() -> None:
    """Deliver what a command wrote, before it ends."""
    if _taken():
        deliver_due()


def _taken() -> bool:
    written = _written.get()
    _written.set(False)
    return written


def start_delivery() -> None:
    """Leave it to the site's worker where it has configured one, else to a thread."""
    if not (settings.is_overridden("TASKS") and _is_enqueued()):
        _courier.start()


def _is_enqueued() -> bool:
    try:
        from enrollment.audit.tasks import deliver_emails  # needs a Django, or a backport, that has tasks

        deliver_emails.enqueue()
    except Exception:  # a queue raises what it likes
        logger.exception("No worker could be told of emails that wait; this process sends them")
        return False
    return True


class _Courier:
    """One thread a process, which ends when there is nothing to do. What comes meanwhile, it does next."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._wanted = False
        self._thread: threading.Thread | None = None
        self._again_at: datetime | None = None

    def start(self) -> None:
        with self._lock:
            self._wanted = True
            if self._thread is None or not self._thread.is_alive():
                # A daemon: a mail server that hangs keeps no process from ending.
                self._thread = threading.Thread(target=self._run, name="outbox", daemon=True)
                self._thread.start()

    def is_due_again(self) -> bool:
        """Say, once, that emails were left some time ago; that costs no query."""
        with self._lock:
            is_due = self._again_at is not None and self._again_at <= timezone.now()
            if is_due:
                self._again_at = None
            return is_due

    def wait(self) -> None:
        """Let it finish what it is at, for a while: what is handed over is to be noted, too."""
        if thread := self._thread:
            thread.join(LONGEST_GOODBYE)

    def _run(self) -> None:
        try:
            while self._is_wanted():
                deliver_due()
                self._note_what_is_left()
        finally:
            connections.close_all()

    def _note_what_is_left(self) -> None:
        again_at = timezone.now() + AGAIN_AFTER if is_anything_left() else None
        with self._lock:
            self._again_at = again_at

    def _is_wanted(self) -> bool:
        with self._lock:
            wanted, self._wanted = self._wanted, False
            if not wanted:
                self._thread = None
            return wanted


_courier = _Courier()
atexit.register(_courier.wait)
