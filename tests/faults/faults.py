"""What can happen to a call, and where a process can die; each fault is a function of one exchange."""

import json
from collections.abc import Callable
from enum import StrEnum

from tests.faults.proxy import Answer, Exchange

RETRY_AFTER = 30
# Longer than any answer that is cut short.
PROMISED = 100_000


class FaultName(StrEnum):
    REFUSED = "refused"
    UNREAD = "unread"
    LOST = "lost"
    HANGS = "hangs"
    LATE = "late"
    ERROR = "error"
    GATEWAY = "gateway"
    LIMITED = "limited"
    GARBAGE = "garbage"
    TRUNCATED = "truncated"
    EMPTY = "empty"
    SHAPE = "shape"


class KillPoint(StrEnum):
    """`UNSETTLED`: the answer has come, and its row is not written. `SENT`: not yet noted as such."""

    BEFORE = "killed-before"
    AFTER = "killed-after"
    UNSETTLED = "killed-unsettled"
    UNSENT = "killed-unsent"
    SENT = "killed-sent"


class MailFault(StrEnum):
    DOWN = "mail-down"
    HANGS = "mail-hangs"
    REFUSED = "mail-refused"


MEANINGS: dict[str, str] = {
    FaultName.REFUSED: "no connection is taken from this call on",
    FaultName.UNREAD: "reset before the tenant has read it",
    FaultName.LOST: "reset after the tenant acted",
    FaultName.HANGS: "no answer, and the tenant never sees it",
    FaultName.LATE: "no answer, and the tenant acts once the site has given up",
    FaultName.ERROR: "500, and the tenant has not acted",
    FaultName.GATEWAY: "502 with a page of HTML, and the tenant acted",
    FaultName.LIMITED: f"429 with Retry-After: {RETRY_AFTER}",
    FaultName.GARBAGE: "200 with bytes that are no JSON, and the tenant acted",
    FaultName.TRUNCATED: "200 that breaks off, and the tenant acted",
    FaultName.EMPTY: "204 where a body is due, 200 where none is, and the tenant acted",
    FaultName.SHAPE: "200 with JSON of another shape, and the tenant acted",
    KillPoint.BEFORE: "the process is killed before the call reaches the tenant",
    KillPoint.AFTER: "the process is killed once the tenant acted",
    KillPoint.UNSETTLED: "the process is killed before the row is settled",
    KillPoint.UNSENT: "the process is killed before the email is handed over",
    KillPoint.SENT: "the process is killed when the email is handed over, and that is not noted",
    MailFault.DOWN: "the mail server takes no connection",
    MailFault.HANGS: "the mail server says nothing",
    MailFault.REFUSED: "the mail server refuses the email for now",
}
JSON = (("Content-Type", "application/json"),)
HTML = (("Content-Type", "text/html"),)


def unread(exchange: Exchange) -> None:
    exchange.drop()


def lost(exchange: Exchange) -> None:
    exchange.forward()
    exchange.drop()


def hangs(exchange: Exchange) -> None:
    exchange.hang()
    exchange.drop()


def late(exchange: Exchange) -> None:
    exchange.hang()
    exchange.forward()
    exchange.drop()


def error(exchange: Exchange) -> None:
    body = {"statusCode": 500, "error": "Internal Server Error", "message": "An internal error occurred"}
    exchange.send(Answer(500, JSON, json.dumps(body).encode()))


def gateway(exchange: Exchange) -> None:
    exchange.forward()
    exchange.send(Answer(502, HTML, b"<html><h1>502 Bad Gateway</h1></html>"))


def limited(exchange: Exchange) -> None:
    body = {"statusCode": 429, "error": "Too Many Requests", "errorCode": "too_many_requests"}
    headers = (*JSON, ("Retry-After", str(RETRY_AFTER)), ("x-ratelimit-remaining", "0"))
    exchange.send(Answer(429, headers, json.dumps(body).encode()))


def garbage(exchange: Exchange) -> None:
    exchange.forward()
    exchange.send(Answer(200, JSON, b"\x00\xff\xfe{]"))


def truncated(exchange: Exchange) -> None:
    answer = exchange.forward()
    exchange.send(Answer(200, JSON, answer.body[: len(answer.body) // 2]), promised=PROMISED)


def empty(exchange: Exchange) -> None:
    answer = exchange.forward()
    exchange.send(Answer(204) if answer.body else Answer(200, JSON))


def shape(exchange: Exchange) -> None:
    exchange.forward()
    exchange.send(Answer(200, JSON, b'{"unexpected": [true]}'))


# `refused` is the door's, and no exchange comes of it.
FAULTS: dict[FaultName, Callable[[Exchange], None]] = {
    FaultName.UNREAD: unread,
    FaultName.LOST: lost,
    FaultName.HANGS: hangs,
    FaultName.LATE: late,
    FaultName.ERROR: error,
    FaultName.GATEWAY: gateway,
    FaultName.LIMITED: limited,
    FaultName.GARBAGE: garbage,
    FaultName.TRUNCATED: truncated,
    FaultName.EMPTY: empty,
    FaultName.SHAPE: shape,
}
