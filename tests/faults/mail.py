"""A mail server that keeps what it is given, and can be down, hang, or lose its client half way."""

import contextlib
import email
import email.policy
import select
import socket
import threading
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from socketserver import StreamRequestHandler
from typing import Any

OK, GO_ON, HELLO, BYE = b"250 OK", b"354 Go on", b"220 localhost ready", b"221 Bye"
NOT_NOW = b"451 Try again later"
LONGEST_HANG = 30


@dataclass(frozen=True)
class Notice:
    """An email as its recipient gets it."""

    subject: str
    message_id: str


class MailServer:
    """Each address's emails, oldest first.

    `before` and `after` are called with an address when an email for it has come, and when it is kept:
    whoever sent it has had no answer by then. While it `hangs` it says nothing, and keeps nothing.
    """

    def __init__(self) -> None:
        self.boxes: dict[str, list[Notice]] = defaultdict(list)
        self.before: Callable[[str], None] = _nothing
        self.after: Callable[[str], None] = _nothing
        self.hangs = False
        self._lock, self._busy = threading.Lock(), 0
        self._listener = self._listen(0)
        self.port: int = self._listener.getsockname()[1]

    def keep(self, address: str, data: bytes) -> None:
        """Take an email in."""
        self.before(address)
        message = email.message_from_bytes(data, policy=email.policy.default)
        self.boxes[address].append(Notice(str(message["Subject"]).strip(), str(message["Message-ID"])))
        self.after(address)

    def behave(self) -> None:
        self.before = self.after = _nothing
        self.hangs = False
        if self._listener.fileno() < 0:
            self._listener = self._listen(self.port)

    @property
    def is_busy(self) -> bool:
        """Whether somebody is connected."""
        return self._busy > 0

    def _listen(self, port: int) -> socket.socket:
        listener = socket.create_server(("127.0.0.1", port), backlog=64)
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()
        return listener

    def close(self) -> None:
        """Take no connection any more."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, address = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection, address), daemon=True).start()

    def _serve(self, connection: socket.socket, address: Any) -> None:
        with self._lock:
            self._busy += 1
        try:
            _Handler(connection, address, self)  # type: ignore[arg-type]  # of its server it asks nothing else
        except (OSError, LostClientError):
            pass
        finally:
            connection.close()
            with self._lock:
                self._busy -= 1


class LostClientError(Exception):
    """Whoever sent the email is gone, and so nothing is answered any more."""


class NotNowError(Exception):
    """An email is not taken; it may be sent again."""


def _nothing(_address: str) -> None:
    """Let it pass."""


class _Handler(StreamRequestHandler):
    """As much of SMTP (RFC 5321) as Django's backend speaks."""

    server: MailServer  # type: ignore[assignment]  # see `_serve`

    def handle(self) -> None:
        if self.server.hangs:
            select.select([self.connection], [], [], LONGEST_HANG)
            return
        recipients: list[str] = []
        self._say(HELLO)
        for line in self.rfile:
            verb = line[:4].upper()
            if verb == b"RCPT":
                recipients.append(line.partition(b"<")[2].partition(b">")[0].decode())
            if verb == b"DATA":
                self._say(GO_ON)
                self._say(self._taken(recipients, self._data()))
                recipients = []
            else:
                self._say(BYE if verb == b"QUIT" else OK)
            if verb == b"QUIT":
                return

    def _taken(self, recipients: list[str], data: bytes) -> bytes:
        try:
            for address in recipients:
                self.server.keep(address, data)
        except NotNowError:
            return NOT_NOW
        return OK

    def _data(self) -> bytes:
        lines = []
        for line in self.rfile:
            if line == b".\r\n":
                break
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        return b"".join(lines)

    def _say(self, line: bytes) -> None:
        self.wfile.write(line + b"\r\n")
