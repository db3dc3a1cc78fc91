"""The tenant's log: by checkpoint in its own order, or searched with the newest first."""

from typing import Any

from flask import Response, jsonify, request

from devtenant.current import store
from devtenant.management.api import api, needs, user_or_404
from devtenant.management.errors import ManagementError, not_found
from devtenant.management.payload import MAX_PER_PAGE, known_query, number, page
from devtenant.management.search import matches

Entry = dict[str, Any]


@api.get("/logs")
@needs("read:logs", "read:logs_users")
def list_logs() -> Response:
    known_query(
        *("page", "per_page", "sort", "fields", "include_fields", "include_totals"),
        *("from", "take", "search"),
    )
    entries = [_shape(entry) for entry in store().logs]
    if "from" in request.args or "take" in request.args:
        return jsonify(_after_checkpoint(entries))
    found = [entry for entry in entries if matches(request.args.get("search", ""), entry)]
    return jsonify(page(_sorted(found), "logs", length=True))


@api.get("/logs/<log_id>")
@needs("read:logs", "read:logs_users")
def get_log(log_id: str) -> Response:
    entry = next((each for each in store().logs if each["log_id"] == log_id), None)
    if entry is None:
        raise not_found("Log")
    return jsonify(_shape(entry))


@api.get("/users/<user_id>/logs")
@needs("read:logs", "read:logs_users")
def user_logs(user_id: str) -> Response:
    known_query("page", "per_page", "sort", "include_totals")
    user_or_404(user_id)
    mine = [_shape(entry) for entry in store().logs if entry.get("user_id") == user_id]
    return jsonify(page(_sorted(mine), "logs", length=True))


def _after_checkpoint(entries: list[Entry]) -> list[Entry]:
    size, start = number("take", 50, 1, MAX_PER_PAGE), 0
    if "from" in request.args:
        ids = [entry["log_id"] for entry in entries]
        if request.args["from"] not in ids:
            raise ManagementError(400, "Invalid checkpoint in parameter from", "invalid_query_string")
        start = ids.index(request.args["from"]) + 1
    return entries[start : start + size]


def _sorted(entries: list[Entry]) -> list[Entry]:
    """Newest first unless the caller says otherwise; equal times keep the order of writing."""
    name, _, direction = request.args.get("sort", "date:-1").partition(":")
    numbered = list(enumerate(entries))
    numbered.sort(key=lambda each: (str(each[1].get(name, "")), each[0]), reverse=direction == "-1")
    return [entry for _, entry in numbered]


def _shape(entry: Entry) -> Entry:
    return {"_id": entry["log_id"], **entry}
