"""One run of /authorize, from its beginning to its answer: whose it is, and how it is sent back."""

from __future__ import annotations

import secrets

from flask import Response, redirect, request

from devtenant.current import store
from devtenant.login import sessions
from devtenant.login.errors import PageError
from devtenant.oidc.urls import with_query
from devtenant.records import Client, Code, Transaction, User

LIFETIME = 3600


def begin(client: Client, parameters: dict[str, str]) -> Transaction:
    """Open a transaction for this browser."""
    now = store().now()
    _forget_old(store().transactions, now)
    _forget_old(store().codes, now)
    transaction = Transaction(
        secrets.token_urlsafe(24), client.client_id, sessions.browser(), now, parameters
    )
    store().transactions[transaction.id] = transaction
    return transaction


def current() -> Transaction:
    """The transaction of this page's `state`, which this very browser must have begun."""
    found = store().transactions.get(request.values.get("state", ""))
    own = request.cookies.get(sessions.BROWSER_COOKIE)
    if found is None or found.browser != own or store().now() - found.created_at > LIFETIME:
        raise PageError(
            "invalid_request", "This login has expired or was finished already. Please start again."
        )
    return found


def person(transaction: Transaction) -> User:
    """Who is signing in; the session must still be there, since it may be ended meanwhile."""
    user = store().users.get(transaction.user_id or "")
    if user is None or transaction.sid not in store().sessions:
        raise PageError("invalid_request", "Your session has ended. Please start again.")
    return user


def is_silent(transaction: Transaction) -> bool:
    """Nothing may be shown: `prompt=none`."""
    return transaction.params.get("prompt") == "none"


def to_page(path: str, transaction: Transaction) -> Response:
    """Go on at one of the login pages."""
    return _redirect(with_query(path, {"state": transaction.id}))


def refuse(transaction: Transaction, error: str, description: str) -> Response:
    """End without a code: the application reads why."""
    details = {"user_id": transaction.user_id, "client_id": transaction.client_id}
    store().log("f", description, error=error, **details)
    return answer(transaction, {"error": error, "error_description": description})


def answer(transaction: Transaction, parameters: dict[str, str]) -> Response:
    """Send the browser back to the application: this transaction is over."""
    store().transactions.pop(transaction.id, None)
    if "state" in transaction.params:
        parameters["state"] = transaction.params["state"]
    if store().settings.names_issuer:
        parameters["iss"] = store().issuer
    return _redirect(with_query(transaction.params["redirect_uri"], parameters))


def _forget_old(records: dict[str, Transaction] | dict[str, Code], now: float) -> None:
    for name in [name for name, record in records.items() if now - record.created_at > LIFETIME]:
        del records[name]


def _redirect(url: str) -> Response:
    response = redirect(url)
    assert isinstance(response, Response)  # noqa: S101  # Flask types it as Werkzeug's parent class
    return response
