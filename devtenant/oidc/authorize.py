"""/authorize: begin a transaction, and decide whether the person has to be asked anything."""

from __future__ import annotations

from flask import Blueprint, Response, request

from devtenant.current import store
from devtenant.login import errors, flow, sessions, transactions
from devtenant.oidc import request as oidc_request
from devtenant.oidc.errors import OAuthError
from devtenant.records import GOOGLE, Session, Transaction

blueprint = Blueprint("authorize", __name__)


@blueprint.route("/authorize", methods=["GET", "POST"])
def authorize() -> Response:
    """Answer with a redirect: to a login page, or back to the application."""
    tenant, parameters = store(), request.values.to_dict()
    try:
        client = oidc_request.client_of(tenant, parameters)
    except OAuthError as refusal:
        return errors.error_page(refusal.error, refusal.description, refusal.status)
    transaction = transactions.begin(client, parameters)
    try:
        oidc_request.check(tenant, client, parameters)
    except OAuthError as refusal:
        return transactions.refuse(transaction, refusal.error, refusal.description)
    return _continue(transaction)


def _continue(transaction: Transaction) -> Response:
    session = sessions.current()
    if session is None or _needs_login(transaction, session):
        return _to_login(transaction)
    transaction.user_id, transaction.sid = session.user_id, session.sid
    return flow.advance(transaction)


def _to_login(transaction: Transaction) -> Response:
    if transactions.is_silent(transaction):
        return transactions.refuse(transaction, "login_required", "Login required")
    social = transaction.params.get("connection") == GOOGLE
    return transactions.to_page("/u/google" if social else "/u/login", transaction)


def _needs_login(transaction: Transaction, session: Session) -> bool:
    """Asked for by `prompt`, by a `max_age` that has passed, or by another connection than the session's."""
    if {"login", "select_account"} & set(transaction.params.get("prompt", "").split()):
        return True
    max_age = transaction.params.get("max_age")
    if max_age is not None and store().now() - session.authenticated_at >= int(max_age):
        return True
    wanted = transaction.params.get("connection")
    return bool(wanted) and store().users[session.user_id].connection != wanted
