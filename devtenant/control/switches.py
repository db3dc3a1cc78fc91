"""/dev: settings, clock, faults, spoiled tokens, logout tokens, keys, reset."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any

from flask import Blueprint, Response, jsonify, request

from devtenant import keys
from devtenant.control import body, checks
from devtenant.control.checks import ControlError
from devtenant.current import store
from devtenant.oidc import backchannel, tokens
from devtenant.records import Fault, Settings, TokenFault
from devtenant.store import iso, new_id

blueprint = Blueprint("control_switches", __name__)
blueprint.register_error_handler(ControlError, body.refusal)


@dataclass
class Clock:
    """An order for the clock."""

    offset: float


@dataclass
class Rotation:
    """An order for the signing keys."""

    revoke: bool = False
    bits: int = keys.BITS
    use: str = keys.USE


@dataclass
class LogMembers:
    """The members of a log entry that the tenant itself reads; an entry may have any others."""

    type: str
    log_id: str = ""
    date: str = ""
    user_id: str = ""


@blueprint.post("/dev/reset")
def reset() -> tuple[str, int]:
    """Back to the seed."""
    store().reset()
    return "", 204


@blueprint.get("/dev/settings")
def settings() -> Response:
    """The switches as they stand."""
    return jsonify(asdict(store().settings))


@blueprint.post("/dev/settings")
def change_settings() -> Response:
    """Set some; `factors` names only those that change."""
    changes, current = body.one(), asdict(store().settings)
    checks.members(Settings, changes)
    changes["factors"] = current["factors"] | changes.get("factors", {})
    store().settings = body.made(Settings, current | changes)
    return settings()


@blueprint.get("/dev/clock")
def clock() -> Response:
    """What time it is here."""
    return jsonify({"offset": store().clock_offset, "now": store().now()})


@blueprint.post("/dev/clock")
def set_clock() -> Response:
    """Live ahead of real time, or behind it."""
    store().clock_offset = float(body.made(Clock, body.one()).offset)
    return clock()


@blueprint.get("/dev/faults")
def faults() -> Response:
    """The faults that still wait."""
    return jsonify([asdict(fault) for fault in store().faults])


@blueprint.post("/dev/faults")
def add_faults() -> Response:
    """Add some; an empty list forgets them all."""
    ordered = [body.made(Fault, entry) for entry in body.some()]
    store().faults = [*store().faults, *ordered] if ordered else []
    return faults()


@blueprint.delete("/dev/faults")
def forget_faults() -> tuple[str, int]:
    """Behave again."""
    store().faults = []
    return "", 204


@blueprint.post("/dev/tokens")
def spoil_token() -> Response:
    """Spoil the next ID token; several calls spoil as many tokens, in order."""
    store().token_faults.append(_token_fault(body.one()))
    return jsonify([asdict(waiting) for waiting in store().token_faults])


@blueprint.post("/dev/logout-tokens")
def logout_token() -> Response:
    """Make a logout token for the site, spoiled as ordered; it is sent nowhere."""
    order = _token_fault(body.one())
    order.header = {**backchannel.header(store()), **order.header}
    claims = backchannel.claims(store(), next(iter(store().clients)))
    return jsonify({"logout_token": tokens.spoiled(store(), claims, order)})


def _token_fault(ordered: dict[str, Any]) -> TokenFault:
    fault = body.made(TokenFault, ordered)
    if fault.key not in (None, "unknown", "wrong", "next", "current"):
        raise ControlError("key must be unknown, wrong, next or current")
    if fault.alg not in (None, "none", "HS256"):
        raise ControlError("alg must be none or HS256")
    return fault


@blueprint.post("/dev/keys/rotate")
def rotate() -> Response:
    """Sign with the next key; the old one stays published unless it is revoked."""
    order = body.made(Rotation, body.one())
    if order.bits not in (1024, 2048, 4096):
        raise ControlError("bits must be 1024, 2048 or 4096")
    return jsonify({"kid": keys.rotate(store(), **asdict(order))})


@blueprint.post("/dev/logs")
def add_logs() -> tuple[Response, int]:
    """Write entries as they are given, for what happens elsewhere; id and date are made where they lack."""
    entries = [_log_entry(entry) for entry in body.some()]
    store().logs += entries
    return jsonify(entries), 201


@blueprint.get("/dev/logs")
def logs() -> Response:
    """The tenant log, of one type if `type` is given."""
    wanted = request.args.get("type")
    return jsonify([entry for entry in store().logs if wanted in (None, entry["type"])])


def _log_entry(entry: dict[str, Any]) -> dict[str, Any]:
    read = {field.name for field in fields(LogMembers)}
    body.made(LogMembers, {name: value for name, value in entry.items() if name in read})
    return {"log_id": new_id("log"), "date": iso(store().now()), **entry}
