"""One login after its first factor: what is still to be proved, and what its end leaves behind."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from devtenant.actions import flow as action_flow
from devtenant.actions.execution import ActionError
from devtenant.actions.flow import DeniedError
from devtenant.current import store
from devtenant.login import sessions, transactions
from devtenant.mfa import demand
from devtenant.oidc import scopes
from devtenant.records import Code, Session, Transaction, User
from devtenant.store import new_id


def authenticated(transaction: Transaction, user: User, method: str) -> Response:
    """The first factor was proved: `pwd`, `passkey` or `federated`."""
    if user.blocked:
        return transactions.refuse(transaction, "unauthorized", "user is blocked")
    user.login_failures = []
    session = sessions.record(user, method)
    transaction.user_id, transaction.sid = user.user_id, session.sid
    transaction.authenticated, transaction.first_factor = True, method
    return advance(transaction)


def advance(transaction: Transaction) -> Response:
    """Ask for what is still missing, or finish."""
    user = transactions.person(transaction)
    if user.blocked:
        return transactions.refuse(transaction, "unauthorized", "user is blocked")
    if store().settings.require_verified_email and not user.email_verified:
        return transactions.refuse(
            transaction, "access_denied", "Please verify your email before signing in."
        )
    try:
        action_flow.proceed(store(), transaction, user, store().sessions[transaction.sid or ""])
    except (ActionError, DeniedError) as error:
        return transactions.refuse(transaction, "access_denied", str(error))
    step = demand.next_step(transaction)
    if step is not None:
        return _cannot_ask(transaction) if transactions.is_silent(transaction) else step
    return finish(transaction)


def finish(transaction: Transaction) -> Response:
    """Everything is proved: hand the application its code."""
    if "consent" in transaction.params.get("prompt", "").split() and not transaction.consented:
        return transactions.to_page("/u/consent", transaction)
    user, session = transactions.person(transaction), store().sessions[transaction.sid or ""]
    _note_login(transaction, user, session)
    code = _code(transaction, session)
    store().codes[code.code] = code
    return transactions.answer(transaction, {"code": code.code})


def _cannot_ask(transaction: Transaction) -> Response:
    if store().settings.default_policy and transaction.params.get("audience") == store().audience("me/"):
        reason = "Two-factor authentication is required: start an interactive login"
        return transactions.refuse(transaction, "unmet_authentication_requirements", reason)
    return transactions.refuse(transaction, "interaction_required", "Multifactor authentication required")


def _note_login(transaction: Transaction, user: User, session: Session) -> None:
    session.last_interacted_at = store().now()
    if transaction.mfa_done:
        sessions.note(session, "mfa", type=transaction.mfa_type)
    if transaction.client_id not in session.clients:
        session.clients.append(transaction.client_id)
    if transaction.authenticated:
        user.last_login, user.last_ip = store().now(), request.remote_addr
        user.logins_count += 1
    kind = "ssa" if transactions.is_silent(transaction) else "s"
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
    claims = transaction.flow.claims
    granted = claims.scopes(scopes.for_user(store(), client, audience, transaction.scopes))
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
        claims=claims,
    )


def _latest_mfa(session: Session) -> float | None:
    return max((one["timestamp"] for one in session.methods if one["name"] == "mfa"), default=None)
