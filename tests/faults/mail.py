"""A mail server that keeps what it is given, and can be down, hang, or lose its client half way."""

import contextlib
import email
import email.policy
import socket
import threading
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from socketserver import StreamRequestHandler
from typing import Any

OK, GO_ON, HELLO, BYE = b"250 OK", b"354 Go on", b"220 localhost ready", b"221 Bye"


@dataclass(frozen=True)
class Notice:
    """An email as its recipient gets it."""

    subject: str
    message_id: str


class MailServer:
    """Each address's emails, oldest first.

    `before` and `after` are called with an address when an email for it has come, and when it is kept:
    whoever sent it has had no answer by then.
    """

    def __init__(self) -> None:
        self.boxes: dict[str, list[Notice]] = defaultdict(list)
        self.before: Callable[[str], None] = _nothing
        self.after: Callable[[str], None] = _nothing
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def keep(self, address: str, data: bytes) -> None:
        """Take an email in."""
        self.before(address)
        message = email.message_from_bytes(data, policy=email.policy.default)
        self.boxes[address].append(Notice(str(message["Subject"]).strip(), str(message["Message-ID"])))
        self.after(address)

    def behave(self) -> None:
        self.before = self.after = _nothing

    def close(self) -> None:
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
        try:
            _Handler(connection, address, self)  # type: ignore[arg-type]  # of its server it asks nothing else
        except (OSError, LostClientError):
            pass
        finally:
            connection.close()


class LostClientError(Exception):
    """Whoever sent the email is gone, and so nothing is answered any more."""


def _nothing(_address: str) -> None:
    """Let it pass."""


class _Handler(StreamRequestHandler):
    """As much of SMTP (RFC 5321) as Django's backend speaks."""

    server: MailServer  # type: ignore[assignment]  # see `_serve`

    def handle(self) -> None:
        recipients: list[str] = []
        self._say(HELLO)
        for line in self.rfile:
            verb = line[:4].upper()
            if verb == b"RCPT":
                recipients.append(line.partition(b"<")[2].partition(b">")[0].decode())
            if verb == b"DATA":
                self._say(GO_ON)
                data = self._data()
                for address in recipients:
                    self.server.keep(address, data)
                recipients = []
            self._say(BYE if verb == b"QUIT" else OK)
            if verb == b"QUIT":
                return

    def _data(self) -> bytes:
        lines = []
        for line in self.rfile:
            if line == b".\r\n":
                break
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        return b"".join(lines)

    def _say(self, line: bytes) -> None:
        self.wfile.write(line + b"\r\n")
