"""Ports on this machine: the ones a person names, and free ones."""

import errno
import os
import socket

from tools.processes import StartError

NOT_OURS = {errno.EADDRINUSE, errno.EACCES}


def wanted(name: str, default: int) -> int:
    """The port that the environment names."""
    value = os.environ.get(name) or str(default)
    if not value.isdigit() or not 0 < int(value) < 2**16:
        raise StartError(f"{name}={value} is not a port number: try {name}={default}.")
    return int(value)


def check_free(name: str, port: int, what: str) -> None:
    """One clear line where somebody else holds the port."""
    for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        try:
            _bind(family, host, port)
        except OSError as error:
            # A machine without IPv6 is fine; a port that is taken, or reserved for root, is not.
            if error.errno in NOT_OURS:
                raise StartError(
                    f"Port {port} is taken: give {what} another, say {name}={port + 1}."
                ) from None


def free() -> int:
    """A port that nobody holds at this moment."""
    return _bind(socket.AF_INET, "127.0.0.1", 0)


def _bind(family: socket.AddressFamily, host: str, port: int) -> int:
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, port))
        return int(probe.getsockname()[1])
