"""Start a tenant: python -m devtenant [--port N] [--state FILE] [--json]."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
from urllib.parse import urlsplit

from devtenant import overview, statefile
from devtenant.app import create_app
from devtenant.serving import LOOPBACK, PortTakenError, listen, serve
from devtenant.store import Store


def main(arguments: list[str] | None = None) -> int:
    """Serve until told to stop."""
    options = _options(arguments)
    if options.host not in LOOPBACK:
        return _refuse(f"It has no real security, so it listens on loopback only, not on {options.host}.")
    if options.base_url and urlsplit(options.base_url).hostname not in LOOPBACK:
        return _refuse(f"It has no real security, so nobody finds it at {options.base_url}.")
    try:
        sockets = listen(options.host, options.port)
    except PortTakenError:
        return _refuse(f"Port {options.port} is taken: give the local tenant another with TENANT_PORT=…")
    port = sockets[0].getsockname()[1]
    address = options.base_url or f"http://localhost:{port}"
    tenant = Store(address, any_loopback_port=options.any_loopback_port)
    if options.state:
        statefile.attach(tenant, options.state)
    stop = _stop_event()
    serve(create_app(tenant), sockets)
    print(json.dumps(overview.facts(tenant)) if options.json else overview.text(tenant), flush=True)  # noqa: T201
    stop.wait()
    tenant.on_change()
    return 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="devtenant", description=__doc__)
    parser.add_argument("--port", type=int, default=9000, help="0 takes a free one (default: 9000)")
    parser.add_argument("--host", default="localhost", help="a loopback host (default: localhost)")
    parser.add_argument("--base-url", metavar="URL", help="its address behind a loopback proxy")
    parser.add_argument("--state", metavar="FILE", help="keep people, factors and sessions in this file")
    parser.add_argument("--json", action="store_true", help="print one line of JSON once the tenant listens")
    parser.add_argument(
        "--any-loopback-port", action="store_true", help="accept registered paths on any loopback port"
    )
    return parser.parse_args(arguments)


def _refuse(reason: str) -> int:
    print(reason, file=sys.stderr)  # noqa: T201
    return 2


def _stop_event() -> threading.Event:
    stop = threading.Event()
    for kind in (signal.SIGINT, signal.SIGTERM):
        signal.signal(kind, lambda *_: stop.set())
    return stop


if __name__ == "__main__":
    sys.exit(main())
