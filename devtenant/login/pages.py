"""The pages of Universal Login that the person sees first: e-mail and password, and consent."""

from __future__ import annotations

import hmac

from flask import Blueprint, Response, make_response, render_template, request

from devtenant.current import store
from devtenant.login import flow, transactions
from devtenant.records import DATABASE, Transaction, User

blueprint = Blueprint("login", __name__)

# Auth0's brute-force protection, at its default.
MAX_FAILURES = 10
WRONG = "Wrong email or password."
BLOCKED = "Your account has been blocked after multiple consecutive login attempts."


@blueprint.get("/u/login")
def login_page() -> Response:
    """Ask who it is."""
    transaction = transactions.current()
    return _form(transaction, transaction.params.get("login_hint", ""))


@blueprint.post("/u/login")
def login() -> Response:
    """Check e-mail and password; which of the two was wrong is not said."""
    transaction = transactions.current()
    if request.form.get("action") == "cancel":
        return transactions.refuse(transaction, "access_denied", "User cancelled the login.")
    email, password = request.form.get("email", ""), request.form.get("password", "")
    user = store().user_by_email(email, DATABASE)
    if user and len(user.login_failures) >= MAX_FAILURES:
        store().log("limit_wc", BLOCKED, user_id=user.user_id)
        return _form(transaction, email, BLOCKED, 429)
    if user is None or not _matches(user, password):
        return _form(transaction, email, WRONG, 400)
    return flow.authenticated(transaction, user, "pwd")


@blueprint.get("/u/consent")
def consent_page() -> Response:
    """Ask whether the application may have what it wants."""
    transaction = transactions.current()
    client, user = store().clients[transaction.client_id], transactions.person(transaction)
    return make_response(render_template("consent.html", transaction=transaction, client=client, user=user))


@blueprint.post("/u/consent")
def consent() -> Response:
    """Go on, or back empty-handed."""
    transaction = transactions.current()
    if request.form.get("action") != "accept":
        return transactions.refuse(transaction, "access_denied", "User did not authorize the request")
    transaction.consented = True
    return flow.advance(transaction)


def _matches(user: User, password: str) -> bool:
    if user.password and hmac.compare_digest(user.password.encode(), password.encode()):
        return True
    user.login_failures.append(store().now())
    store().log("fp", "Wrong password", user_id=user.user_id)
    return False


def _form(transaction: Transaction, email: str, error: str = "", status: int = 200) -> Response:
    body = render_template(
        "login.html",
        transaction=transaction,
        client=store().clients[transaction.client_id],
        email=email,
        error=error,
        social=transaction.params.get("connection") != DATABASE,
    )
    return make_response(body, status)
