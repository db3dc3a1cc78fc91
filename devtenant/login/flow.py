"""One login from /authorize to the code: what is still to be proved, and how it ends."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Response, redirect, request

from devtenant.app import store
from devtenant.login import sessions
from devtenant.login.errors import PageError
from devtenant.oidc import scopes
from devtenant.oidc.urls import with_query
from devtenant.records import Client, Code, Session, Transaction, User
from devtenant.store import new_id

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


def transaction() -> Transaction:
    """The transaction of this page's `state`, which this very browser must have begun."""
    found = store().transactions.get(request.values.get("state", ""))
    own = request.cookies.get(sessions.BROWSER_COOKIE)
    if found is None or found.browser != own or store().now() - found.created_at > LIFETIME:
        raise PageError(
            "invalid_request", "This login has expired or was finished already. Please start again."
        )
    return found


def to_page(path: str, transaction: Transaction) -> Response:
    """Go on at one of the login pages."""
    return _redirect(with_query(path, {"state": transaction.id}))


def is_silent(transaction: Transaction) -> bool:
    """Nothing may be shown: `prompt=none`."""
    return transaction.params.get("prompt") == "none"


def authenticated(transaction: Transaction, user: User, method: str) -> Response:
    """The first factor was proved: `pwd`, `passkey` or `federated`."""
    if user.blocked:
        return refuse(transaction, "unauthorized", "user is blocked")
    user.login_failures = []
    session = sessions.record(user, method)
    transaction.user_id, transaction.sid = user.user_id, session.sid
    transaction.authenticated, transaction.first_factor = True, method
    return advance(transaction)


def advance(transaction: Transaction) -> Response:
    """Ask for what is still missing, or finish."""
    user = person(transaction)
    if user.blocked:
        return refuse(transaction, "unauthorized", "user is blocked")
    if store().settings.require_verified_email and not user.email_verified:
        return refuse(transaction, "access_denied", "Please verify your email before signing in.")
    from devtenant.mfa.flow import next_step  # its pages come back here: a cycle at import time

    step = next_step(transaction)
    if step is not None:
        return _cannot_ask(transaction) if is_silent(transaction) else step
    return finish(transaction)


def finish(transaction: Transaction) -> Response:
    """Everything is proved: hand the application its code."""
    if "consent" in transaction.params.get("prompt", "").split() and not transaction.consented:
        return to_page("/u/consent", transaction)
    user, session = person(transaction), store().sessions[transaction.sid or ""]
    _note_login(transaction, user, session)
    code = _code(transaction, session)
    store().codes[code.code] = code
    return _return(transaction, {"code": code.code})


def refuse(transaction: Transaction, error: str, description: str) -> Response:
    """End without a code: the application reads why."""
    details = {"user_id": transaction.user_id, "client_id": transaction.client_id}
    store().log("f", description, error=error, **details)
    return _return(transaction, {"error": error, "error_description": description})


def person(transaction: Transaction) -> User:
    """Who is signing in; the session must still be there, since it may be ended meanwhile."""
    user = store().users.get(transaction.user_id or "")
    if user is None or transaction.sid not in store().sessions:
        raise PageError("invalid_request", "Your session has ended. Please start again.")
    return user


def _forget_old(records: dict[str, Transaction] | dict[str, Code], now: float) -> None:
    for name in [name for name, record in records.items() if now - record.created_at > LIFETIME]:
        del records[name]


def _cannot_ask(transaction: Transaction) -> Response:
    if store().settings.default_policy and transaction.params.get("audience") == store().audience("me/"):
        reason = "Two-factor authentication is required: start an interactive login"
        return refuse(transaction, "unmet_authentication_requirements", reason)
    return refuse(transaction, "interaction_required", "Multifactor authentication required")


def _note_login(transaction: Transaction, user: User, session: Session) -> None:
    session.last_interacted_at = store().now()
    if transaction.mfa_done:
        sessions.note(session, "mfa", type=transaction.mfa_type)
    if transaction.client_id not in session.clients:
        session.clients.append(transaction.client_id)
    if transaction.authenticated:
        user.last_login, user.last_ip = store().now(), request.remote_addr
        user.logins_count += 1
    kind = "ssa" if is_silent(transaction) else "s"
    store().log(
        kind,
        "Successful login",
        user_id=user.user_id,
        client_id=transaction.client_id,
        session_id=session.sid,
        prompts=_prompts(transaction),
        ui_locales=transaction.params.get("ui_locales", "").split(),
    )


def _prompts(transaction: Transaction) -> list[dict[str, Any]]:
    """What was asked on the way, as a login's log entry tells it."""
    if not transaction.mfa_done:
        return []
    acr = "http://schemas.openid.net/pape/policies/2007/06/multi-factor"
    return [
        {
            "name": "mfa",
            "flow": "universal-mfa",
            "completedAt": int(store().now() * 1000),
            "performed_acr": [acr],
            "performed_amr": ["mfa"],
            "provider": "guardian",
        }
    ]


def _code(transaction: Transaction, session: Session) -> Code:
    parameters, now = transaction.params, store().now()
    client, audience = store().clients[transaction.client_id], parameters.get("audience", "")
    granted = scopes.for_user(store(), client, audience, transaction.scopes)
    asked_again = "max_age" in parameters or "login" in parameters.get("prompt", "").split()
    return Code(
        new_id("code"),
        client.client_id,
        session.user_id,
        session.sid,
        parameters["redirect_uri"],
        " ".join(granted),
        audience,
        now,
        nonce=parameters.get("nonce"),
        code_challenge=parameters.get("code_challenge"),
        code_challenge_method=parameters.get("code_challenge_method"),
        auth_time=session.authenticated_at if asked_again else None,
        mfa=transaction.mfa_done,
        mfa_at=_latest_mfa(session),
        scope_changed=granted != transaction.scopes,
    )


def _latest_mfa(session: Session) -> float | None:
    return max((one["timestamp"] for one in session.methods if one["name"] == "mfa"), default=None)


def _return(transaction: Transaction, answer: dict[str, str]) -> Response:
    store().transactions.pop(transaction.id, None)
    if "state" in transaction.params:
        answer["state"] = transaction.params["state"]
    return _redirect(with_query(transaction.params["redirect_uri"], answer))


def _redirect(url: str) -> Response:
    answer = redirect(url)
    assert isinstance(answer, Response)  # noqa: S101  # Flask types it as Werkzeug's parent class
    return answer
