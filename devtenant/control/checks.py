"""Whether plain data has the types of a record: what passes here makes no later answer fail."""

from __future__ import annotations

import types
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

# JSON's numbers have no end, and times beyond this have no date in any calendar.
LARGEST = 10**10


class ControlError(Exception):
    """An order that makes no sense; the text says why."""


def members(kind: Any, entry: dict[str, Any]) -> None:
    """Refuse members that this record does not have, and values of another type than theirs."""
    hints, written = _hints(kind), {field.name: field.type for field in fields(kind)}
    if unknown := [name for name in entry if name not in written]:
        raise ControlError(f"unknown: {', '.join(unknown)}")
    for name, value in entry.items():
        if not fits(hints[name], value):
            raise ControlError(f"{name} must be of the type {written[name]}")


def fits(kind: Any, value: Any) -> bool:
    """Tell whether a value from JSON is of this type; records in it are objects there."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return any(fits(one, value) for one in arguments)
    if origin is list:
        return isinstance(value, list) and all(fits(arguments[0], item) for item in value)
    if origin is dict:
        return isinstance(value, dict) and all(fits(arguments[1], item) for item in value.values())
    if is_dataclass(kind):
        return isinstance(value, dict) and _has_members(kind, value)
    return kind is Any or _is_plain(kind, value)


@cache
def _hints(kind: Any) -> dict[str, Any]:
    """Annotations are text here, and each look at them compiles it anew."""
    return get_type_hints(kind)


def _has_members(kind: Any, value: dict[str, Any]) -> bool:
    hints = _hints(kind)
    return all(name in hints and fits(hints[name], item) for name, item in value.items())


def _is_plain(kind: Any, value: Any) -> bool:
    """To Python, True is an int and 5 is no float: neither is meant here. NaN is no number at all."""
    if kind in (int, float):
        return type(value) in (int, kind) and -LARGEST <= value <= LARGEST
    return type(value) is kind
