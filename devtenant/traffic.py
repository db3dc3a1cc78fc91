"""Every exchange passes here: it can be made to go wrong, and is written down."""

from __future__ import annotations

import json
import socket
import time
from typing import Any

from flask import Flask, Response, g, request

from devtenant import faults
from devtenant.current import store
from devtenant.records import Fault

# Control endpoints and pages for people; what applications exchange with the tenant is everything else.
UNRECORDED = ("/dev/", "/static/", "/u/", "/guardian/enroll", "/favicon.ico")
MOST_EXCHANGES = 2000
REQUEST_HEADERS = (
    "Authorization",
    "Content-Type",
    "Accept",
    "User-Agent",
    "Auth0-Custom-Domain",
    "Auth0-Forwarded-For",
    "Auth0-Client",
)


def install(app: Flask) -> None:
    """Put the recorder and the faults around the application."""
    app.before_request(_before)
    app.after_request(_after)


def raw_path() -> str:
    """Path and query as they came over the wire, `%7C` and all."""
    return str(request.environ.get("REQUEST_URI") or request.full_path.removesuffix("?"))


def _before() -> Response | None:
    if request.path.startswith(UNRECORDED[:2]):
        return None
    request.get_data(cache=True)  # before a form parser eats it
    fault = faults.take(store(), request.method, raw_path().partition("?")[0])
    if fault is None or fault.after or fault.change:
        g.fault = fault
        return None
    return _misbehave(fault)


def _after(answer: Response) -> Response:
    fault: Fault | None = g.pop("fault", None)
    if fault is not None:
        answer = _misbehave(fault) or _changed(answer, fault)
    if not request.path.startswith(UNRECORDED) and request.path != "/":
        _record(answer)
    return answer


def _misbehave(fault: Fault) -> Response | None:
    """Wait, hang up, or answer in place of the real handler; None lets the real answer through."""
    g.faulty = True
    time.sleep(fault.delay)
    if fault.drop:
        _hang_up()
        return Response(status=503)
    if fault.status is None and fault.body is None:
        return None
    answer = Response(fault.body or "", fault.status or 200, content_type="application/json")
    answer.headers.update(fault.headers)
    return answer


def _changed(answer: Response, fault: Fault) -> Response:
    if fault.change:
        answer.set_data(json.dumps({**answer.get_json(), **fault.change}))
    return answer


def _hang_up() -> None:
    """Close the connection under the answer: writing to it then fails, and the server forgets the request."""
    connection = request.environ.get("werkzeug.socket")
    if isinstance(connection, socket.socket):
        connection.shutdown(socket.SHUT_RDWR)


def _record(answer: Response) -> None:
    entry: dict[str, Any] = {
        "at": store().now(),
        "method": request.method,
        "path": raw_path(),
        "query": request.query_string.decode(),
        "request_headers": {
            name: request.headers[name] for name in REQUEST_HEADERS if name in request.headers
        },
        "request_body": request.get_data(as_text=True),
        "status": answer.status_code,
        "response_headers": dict(answer.headers),
        "response_body": answer.get_data(as_text=True),
        "fault": g.get("faulty", False),
    }
    with store().lock:
        store().exchanges.append(entry)
        del store().exchanges[:-MOST_EXCHANGES]
