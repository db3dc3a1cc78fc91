"""A mail server that keeps what it is given, and can be down, hang, or lose its client half way."""

import email
import email.policy
import select
import socket
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from socketserver import StreamRequestHandler
from typing import Any

from tests.faults.listener import Listener

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
        self._listener = Listener(self._serve, LostClientError)
        self.port = self._listener.port

    def keep(self, address: str, data: bytes) -> None:
        """Take an email in."""
        self.before(address)
        message = email.message_from_bytes(data, policy=email.policy.default)
        self.boxes[address].append(Notice(str(message["Subject"]).strip(), str(message["Message-ID"])))
        self.after(address)

    def behave(self) -> None:
        self.before = self.after = _nothing
        self.hangs = False
        self._listener.open()

    @property
    def is_busy(self) -> bool:
        """Whether somebody is connected."""
        return self._listener.is_connected

    def close(self) -> None:
        """Take no connection any more."""
        self._listener.shut()

    def _serve(self, connection: socket.socket, address: Any) -> None:
        _Handler(connection, address, self)  # type: ignore[arg-type]  # of its server it asks nothing else


class LostClientError(Exception):
    """Whoever sent the email is gone, and so nothing is answered any more."""


class NotNowError(Exception):
    """An email is not taken; it may be sent again."""


def _nothing(_address: str) -> None:
    """Let it pass."""


class _Handler(StreamRequestHandler):
    """As much of SMTP (RFC 5321) as Django's backend speaks."""

    server: MailServer  # type: ignore[assignment]  # see `Listener`

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
