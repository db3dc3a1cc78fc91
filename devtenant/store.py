"""The whole memory of one tenant: no globals, one lock, one clock."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

from devtenant import seed
from devtenant.records import (
    AccessToken,
    Action,
    Api,
    Binding,
    Client,
    Code,
    Fault,
    Message,
    Method,
    Push,
    RefreshToken,
    Risk,
    Session,
    Settings,
    SigningKey,
    Ticket,
    TokenFault,
    Transaction,
    User,
)

ALPHABET = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"

# What a --state file keeps; all else (open logins, faults, recorded exchanges) ends with the process.
PERSISTENT = {
    "settings": Settings,
    "users": dict[str, User],
    "clients": dict[str, Client],
    "apis": dict[str, Api],
    "sessions": dict[str, Session],
    "refresh_tokens": dict[str, RefreshToken],
    "access_tokens": dict[str, AccessToken],
    "tickets": dict[str, Ticket],
    "messages": list[Message],
    "logs": list[dict[str, Any]],
    "signing_keys": list[SigningKey],
    "actions": dict[str, Action],
    "bindings": list[Binding],
}


class Store:
    """Everything one tenant knows. Hold `lock` while reading and writing more than one thing."""

    settings: Settings
    users: dict[str, User]
    clients: dict[str, Client]
    apis: dict[str, Api]
    sessions: dict[str, Session]
    transactions: dict[str, Transaction]
    codes: dict[str, Code]
    access_tokens: dict[str, AccessToken]
    refresh_tokens: dict[str, RefreshToken]
    tickets: dict[str, Ticket]
    messages: list[Message]
    pushes: dict[str, Push]
    logs: list[dict[str, Any]]
    faults: list[Fault]
    token_faults: list[TokenFault]
    exchanges: list[dict[str, Any]]
    buckets: dict[str, list[float]]
    data: dict[str, Any]
    actions: dict[str, Action]
    bindings: list[Binding]
    risk: Risk | None
    clock_offset: float

    def __init__(self, base_url: str = "http://localhost:9000", *, any_loopback_port: bool = False) -> None:
        self.base_url = base_url.rstrip("/")
        self.any_loopback_port = any_loopback_port
        self.lock = threading.RLock()
        self.signing_keys: list[SigningKey] = []
        self.on_change: Callable[[], None] = lambda: None
        self.witness: Callable[[], dict[str, Any]] = dict
        self.kept_actions: tuple[dict[str, Action], list[Binding]] = ({}, [])
        self.reset()

    def reset(self) -> None:
        """Go back to the seed. Address and signing keys stay, since running sites have them cached."""
        with self.lock:
            self.settings, self.clock_offset = Settings(factors=dict(seed.FACTORS)), 0.0
            self.users = seed.people(self.base_url, self.now())
            self.clients, self.apis = seed.clients(self.base_url), seed.apis(self.base_url)
            self.sessions, self.transactions, self.codes = {}, {}, {}
            self.access_tokens, self.refresh_tokens = {}, {}
            self.tickets, self.messages, self.pushes, self.logs = {}, [], {}, []
            self.faults, self.token_faults, self.exchanges = [], [], []
            self.buckets, self.data = {}, {}
            self.actions, self.bindings = deepcopy(self.kept_actions)
            self.risk = None

    def keep_actions(self) -> None:
        """Let every reset from now on come back to the Actions and bindings that are here now."""
        self.kept_actions = deepcopy((self.actions, self.bindings))

    # The clock

    def now(self) -> float:
        """Seconds since the epoch, as this tenant sees them."""
        return time.time() + self.clock_offset

    # Addresses

    @property
    def issuer(self) -> str:
        """The `iss` of every token: with its slash, as Auth0 writes it."""
        return f"{self.base_url}/"

    def audience(self, path: str) -> str:
        """The identifier of one of the tenant's own APIs: `me/`, `mfa/`, `api/v2/` or `userinfo`."""
        return f"{self.base_url}/{path}"

    # Lookups

    def user_by_email(self, email: str, connection: str | None = None) -> User | None:
        """The person with this address, on one connection or on any."""
        wanted = email.strip().lower()
        matches = (u for u in self.users.values() if u.email == wanted and connection in (None, u.connection))
        return next(matches, None)

    def method(self, user_id: str, method_id: str) -> Method | None:
        """A person's own method: never one of somebody else."""
        user = self.users.get(user_id)
        return next((m for m in user.methods if m.id == method_id), None) if user else None

    def log(
        self,
        kind: str,
        description: str = "",
        *,
        user_id: str | None = None,
        client_id: str | None = None,
        **details: Any,
    ) -> None:
        """Write a tenant log entry with one of Auth0's type codes."""
        at = self.now()
        entry: dict[str, Any] = {"log_id": new_id("log"), "date": iso(at)}
        entry |= {"type": kind, "description": description}
        if user_id:
            entry["user_id"] = user_id
        if client := self.clients.get(client_id or ""):
            entry |= {"client_id": client.client_id, "client_name": client.name}
        self.logs.append({**self.witness(), **entry, "details": details})


def new_id(prefix: str = "") -> str:
    """A fresh identifier such as `dev_k3…`."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(16))
    return f"{prefix}_{body}" if prefix else body


def iso(moment: float | None) -> str | None:
    """A time as Auth0 prints it: ISO 8601 with milliseconds and Z."""
    if moment is None:
        return None
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
