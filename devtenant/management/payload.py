"""Reading what a caller sends: a strict body, a strict query, one page of a list."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import request
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match

from devtenant.management.errors import ManagementError

Schema = Mapping[str, Any]
Json = Any

FLAG: Schema = {"type": "boolean"}
TEXT: Schema = {"type": "string"}
FILLED: Schema = {"type": "string", "minLength": 1}
TEXTS: Schema = {"type": "array", "items": TEXT}
MAX_PER_PAGE = 100


def one_of(*values: str) -> Schema:
    return {"type": "string", "enum": list(values)}


def strict(required: Sequence[str] = (), /, **properties: Schema) -> Schema:
    """An object with these members and no other."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def body(schema: Schema) -> Json:
    """The JSON body, or a 400 that names the member at fault."""
    sent = request.get_json(silent=True)
    if sent is None:
        raise ManagementError(400, "Invalid request payload JSON format", "invalid_body")
    error = best_match(Draft202012Validator(schema).iter_errors(sent))
    if error is not None:
        raise ManagementError(400, _explain("Payload", error), "invalid_body")
    return sent


def number(name: str, default: int, least: int, most: int) -> int:
    """An integer of the query string within its bounds."""
    text = request.args.get(name)
    if text is None:
        return default
    if not text.isdigit() or not least <= int(text) <= most:
        wrong = f"'{text}' is not an integer from {least} to {most} on property {name}"
        message = f"Query validation error: {wrong}"
        raise ManagementError(400, message, "invalid_query_string")
    return int(text)


def flag(name: str) -> bool:
    return request.args.get(name) == "true"


def known_query(*names: str) -> None:
    """Refuses a parameter that this call does not have."""
    for name in request.args:
        if name not in names:
            message = f"Query validation error: 'Additional properties not allowed: {name}'"
            raise ManagementError(400, message, "invalid_query_string")


def page(items: Sequence[Json], name: str, *, length: bool = False) -> Json:
    """One page of a list: bare, or with its totals when the caller asked for them."""
    number_of, size = number("page", 0, 0, 10_000), number("per_page", 50, 0, MAX_PER_PAGE)
    shown = list(items[number_of * size : (number_of + 1) * size])
    if not flag("include_totals"):
        return shown
    totals = {"start": number_of * size, "limit": size, "total": len(items), name: shown}
    return totals | {"length": len(shown)} if length else totals


def checkpoint(items: Sequence[Json], name: str, key: str) -> Json:
    """The items after `from` (an item's own key); `next` is there only when more are."""
    size = number("take", 50, 1, MAX_PER_PAGE)
    start = 0
    if "from" in request.args:
        keys = [item[key] for item in items]
        if request.args["from"] not in keys:
            raise ManagementError(400, "Invalid checkpoint in parameter from", "invalid_query_string")
        start = keys.index(request.args["from"]) + 1
    shown = list(items[start : start + size])
    more = start + size < len(items)
    return {name: shown} | ({"next": shown[-1][key]} if more else {})


def paged(items: Sequence[Json], name: str, key: str) -> Json:
    """Lists that know both ways: by checkpoint when the caller sends `take` or `from`, else by page."""
    if "take" in request.args or "from" in request.args:
        return checkpoint(items, name, key)
    return page(items, name)


def _explain(where: str, error: ValidationError) -> str:
    at = ".".join(str(part) for part in error.absolute_path)
    suffix = f" on property {at}" if at else ""
    return f"{where} validation error: {error.message}{suffix}"
