"""Somebody on the pages of the second factor: who, sent by a sign-in or by a ticket, and how far they are."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask import Response, request, url_for

from devtenant.current import store as current_store
from devtenant.login import transactions
from devtenant.mfa.codes import SentCode
from devtenant.records import Method, Ticket, Transaction, User
from devtenant.store import Store

TICKET_SECONDS = 5 * 86400.0
USED = "This link was used already. Ask for a new one."


@dataclass
class Progress:
    """What this visit has begun and not finished."""

    sent: dict[str, SentCode] = field(default_factory=dict)
    challenge: str | None = None
    push_id: str | None = None
    draft_id: str | None = None
    fresh_recovery_code: str | None = None
    remember: bool = False
    finished: str | None = None


@dataclass(frozen=True)
class Visit:
    """One person on one errand; exactly one of `tx` and `ticket` is there."""

    store: Store
    user: User
    progress: Progress
    tx: Transaction | None = None
    ticket: Ticket | None = None

    @property
    def query(self) -> dict[str, str]:
        """What every address of this visit carries."""
        if self.tx:
            return {"state": self.tx.id}
        return {"ticket": self.ticket.ticket_id} if self.ticket else {}

    @property
    def client_name(self) -> str:
        client = self.store.clients.get(self.tx.client_id) if self.tx else None
        return client.name if client else self.store.settings.friendly_name

    @property
    def draft(self) -> Method | None:
        """The method being enrolled now, not confirmed yet."""
        found = self.store.method(self.user.user_id, self.progress.draft_id or "")
        return found if found and not found.confirmed else None

    def url(self, endpoint: str, **values: Any) -> str:
        arguments: dict[str, Any] = values | self.query
        return url_for(endpoint, **arguments)

    def to(self, endpoint: str, **values: str) -> Response:
        """A see-other after a form, so that a reload sends nothing twice."""
        status = 303 if request.method == "POST" else 302
        return Response(status=status, headers={"Location": self.url(endpoint, **values)})


class NoVisitError(Exception):
    """The address leads nowhere: a ticket that is spent or unknown; the text is for the person."""


def current() -> Visit:
    """The visit that this request's address names."""
    store = current_store()
    if "ticket" in request.args:
        return of_ticket(store, request.args["ticket"])
    return of_transaction(store, transactions.current())


def of_transaction(store: Store, tx: Transaction) -> Visit:
    """The visit of somebody whose first factor is done; others are sent back to the start."""
    return Visit(store, transactions.person(tx), _progress(store, tx.id), tx=tx)


def of_ticket(store: Store, ticket_id: str) -> Visit:
    """The visit of somebody who opened an enrollment link."""
    ticket = store.tickets.get(ticket_id)
    if ticket is None or ticket.user_id not in store.users:
        raise NoVisitError("This link is not known here. Ask for a new one.")
    progress = _progress(store, ticket.ticket_id)
    if ticket.used and not progress.finished:
        raise NoVisitError(USED)
    if store.now() - ticket.created_at >= TICKET_SECONDS:
        raise NoVisitError("This link has run out. Ask for a new one.")
    return Visit(store, store.users[ticket.user_id], progress, ticket=ticket)


def end(visit: Visit) -> None:
    """Forget what a sign-in had begun; a ticket's end stays, so that its last page can be loaded again."""
    if visit.tx:
        visit.store.data["mfa"].pop(visit.tx.id, None)


def _progress(store: Store, key: str) -> Progress:
    every: dict[str, Progress] = store.data.setdefault("mfa", {})
    return every.setdefault(key, Progress())
