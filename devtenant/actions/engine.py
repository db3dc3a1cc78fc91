"""Runs one Action in a JavaScript engine of its own, which has nothing but the event, and no way out."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import quickjs

RUNTIME = Path(__file__).with_name("runtime.js").read_text(encoding="utf-8")
# Auth0 gives the whole flow 20 seconds; nothing here waits for a network, so that much is a loop without end.
SECONDS = 2
MEMORY_BYTES = 32 * 1024 * 1024
STACK_BYTES = 256 * 1024
TOO_LONG = "The Action did not come to an end"


@dataclass(frozen=True)
class Outcome:
    """What an Action asked for, in its order, what it wrote to the console, and why it failed if it did."""

    commands: list[dict[str, Any]] = field(default_factory=list)
    lines: list[dict[str, str]] = field(default_factory=list)
    error: str | None = None


def problem_of(code: str) -> str | None:
    """Say why code is no JavaScript, as a build does; None where it is."""
    context = _context()
    try:
        context.eval(f"new Function({json.dumps(code)})")
    except quickjs.JSException as error:
        return _first_line(error)
    return None


def run(code: str, event: dict[str, Any], clock_offset: float = 0.0) -> Outcome:
    """Run to the end, in a context of its own: about a millisecond, and nothing is left for the next.

    `clock_offset`: how many seconds its clock is ahead of real time.
    """
    context = _context()
    try:
        context.eval(RUNTIME)
        context.get("__setClock")(clock_offset * 1000)
        context.eval(code)
        context.get("__run")(json.dumps(event))
        while context.get("__answer") is None:
            if not context.execute_pending_job():
                return Outcome(error=TOO_LONG)
        return Outcome(**json.loads(context.get("__answer")))
    except quickjs.JSException as error:
        return Outcome(error=_first_line(error))


def _context() -> Any:
    context = quickjs.Context()
    context.set_time_limit(SECONDS)
    context.set_memory_limit(MEMORY_BYTES)
    context.set_max_stack_size(STACK_BYTES)
    return context


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0] or TOO_LONG
