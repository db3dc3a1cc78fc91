"""Reading the JSON bodies of the control endpoints, strictly: a typo must not pass for an order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any, TypeVar

from flask import Response, jsonify, request

from devtenant.control import checks
from devtenant.control.checks import ControlError
from devtenant.statefile import record

T = TypeVar("T")


def refusal(error: ControlError) -> Response:
    """400 with the reason."""
    answer = jsonify({"error": str(error)})
    answer.status_code = 400
    return answer


def one() -> dict[str, Any]:
    """The body, which must be an object; an empty body is an empty object."""
    body = request.get_json(silent=True) if request.get_data() else {}
    if not isinstance(body, dict):
        raise ControlError("the body must be a JSON object")
    return body


def some() -> list[dict[str, Any]]:
    """The body's objects: it may be one of them or a list."""
    body = request.get_json(silent=True)
    entries = [body] if isinstance(body, dict) else body
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise ControlError("the body must be a JSON object or a list of them")
    return entries


def made(kind: Callable[..., T], entry: dict[str, Any]) -> T:
    """A record of this kind; members it does not have, and values of another type, are refused."""
    checks.members(kind, entry)
    try:
        return record(kind, entry)
    except (TypeError, KeyError, ValueError) as error:
        raise ControlError(f"not a {getattr(kind, '__name__', 'record')}: {error}") from None


def changed(target: T, changes: dict[str, Any]) -> T:
    """The record with these members set in place, as strictly as for a new one."""
    wanted = made(type(target), asdict(target) | changes)  # type: ignore[call-overload]  # T is a dataclass
    for name in changes:
        setattr(target, name, getattr(wanted, name))
    return target
