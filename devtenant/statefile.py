"""Keeping a tenant in a JSON file: written whole to a neighbour, then renamed over the old one."""

from __future__ import annotations

import json
import os
import types
from collections.abc import Callable
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from devtenant.store import PERSISTENT, Store

T = TypeVar("T")


def attach(tenant: Store, path: str) -> None:
    """Load the file if it is there, and save at every change from now on."""
    file = Path(path)
    if file.exists():
        load(tenant, file.read_text(encoding="utf-8"))
    tenant.on_change = lambda: save(tenant, file)


def save(tenant: Store, file: Path) -> None:
    """Replace the file in one step; it holds signing keys, so only its owner may read it."""
    with tenant.lock:
        neighbour = file.with_name(f"{file.name}.new")
        descriptor = os.open(neighbour, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as out:
            out.write(dump(tenant))
        neighbour.replace(file)


def dump(tenant: Store) -> str:
    """The tenant as JSON."""
    kept = {name: _plain(getattr(tenant, name)) for name in PERSISTENT}
    return json.dumps({"base_url": tenant.base_url, **kept}, indent=1)


def load(tenant: Store, text: str) -> None:
    """Take a dump in. Addresses in it follow the tenant when it moved to another port."""
    base_url = json.loads(text)["base_url"]
    kept = json.loads(text.replace(base_url, tenant.base_url))
    with tenant.lock:
        for name, kind in PERSISTENT.items():
            if name in kept:
                setattr(tenant, name, _typed(kind, kept[name]))


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value


def _typed(kind: Any, value: Any) -> Any:
    if value is None or kind is Any:
        return value
    if is_dataclass(kind):
        # Members that an older version kept are left behind.
        hints = get_type_hints(kind)
        return record(kind, {name: item for name, item in value.items() if name in hints})  # type: ignore[arg-type]  # a dataclass type
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return _typed(next(a for a in arguments if a is not type(None)), value)
    if origin is list:
        return [_typed(arguments[0], item) for item in value]
    if origin is dict:
        return {key: _typed(arguments[1], item) for key, item in value.items()}
    return value


def record(kind: Callable[..., T], value: dict[str, Any]) -> T:
    """Build a record of this kind from plain data; members it does not know are an error."""
    hints = get_type_hints(kind)
    return kind(**{name: _typed(hints[name], item) for name, item in value.items()})
