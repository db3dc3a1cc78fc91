"""One bound Action run on one event: what it asked for, with what it wrote put into the tenant's log."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from devtenant.actions import engine
from devtenant.records import Action
from devtenant.store import Store

# Not one of Auth0's types: there, the console goes to a stream of its own.
CONSOLE = "action_console"


class ActionError(Exception):
    """An Action threw, or asked for what it may not; the sign-in has failed."""


def bound(store: Store) -> list[Action]:
    """The Actions of the post-login flow, in their order."""
    return [store.actions[binding.action_id] for binding in store.bindings]


def run(store: Store, action: Action, event: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Run what is deployed; yields what it asked for."""
    version = action.deployed
    if version is None:
        return
    outcome = engine.run(version.code, event | {"secrets": dict(version.secrets)}, store.clock_offset)
    for line in outcome.lines:
        store.log(CONSOLE, line["text"], action=action.name, level=line["level"])
    if outcome.error is not None:
        raise ActionError(outcome.error)
    yield from outcome.commands
