"""A port on which each connection gets a thread, and which can be shut and opened again."""

import contextlib
import socket
import threading
from collections.abc import Callable
from typing import Any

Serve = Callable[[socket.socket, Any], None]


class Listener:
    """Hands each connection to `serve`, which ends it by returning; what a lost peer raises is let pass."""

    def __init__(self, serve: Serve, *lost: type[Exception]) -> None:
        self._serve = serve
        self._lost: tuple[type[Exception], ...] = (OSError, *lost)
        self._open: set[socket.socket] = set()
        self._socket = self._listen(0)
        self.port: int = self._socket.getsockname()[1]

    @property
    def is_shut(self) -> bool:
        return self._socket.fileno() < 0

    @property
    def is_connected(self) -> bool:
        return bool(self._open)

    def shut(self) -> None:
        """Take no connection any more; those that there are go on."""
        hang_up(self._socket)
        self._socket.close()

    def open(self) -> None:
        """Take connections again, at the same port."""
        if self.is_shut:
            self._socket = self._listen(self.port)

    def close(self) -> None:
        """Shut, and end what is open."""
        self.shut()
        for connection in list(self._open):
            hang_up(connection)

    def _listen(self, port: int) -> socket.socket:
        listening = socket.create_server(("127.0.0.1", port), backlog=128)
        threading.Thread(target=self._accept, args=(listening,), daemon=True).start()
        return listening

    def _accept(self, listening: socket.socket) -> None:
        while True:
            try:
                connection, address = listening.accept()
            except OSError:
                return
            threading.Thread(target=self._run, args=(connection, address), daemon=True).start()

    def _run(self, connection: socket.socket, address: Any) -> None:
        self._open.add(connection)
        try:
            self._serve(connection, address)
        except self._lost:
            pass
        finally:
            connection.close()
            self._open.discard(connection)


def hang_up(connection: socket.socket) -> None:
    """Wake up whoever waits at it."""
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
