"""Google, played by the tenant itself: it lists its own accounts and asks for consent."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request

from devtenant.current import store
from devtenant.login import flow, transactions
from devtenant.records import GOOGLE

blueprint = Blueprint("social", __name__)


@blueprint.get("/u/google")
def accounts_page() -> Response:
    """Choose one of the Google accounts of this tenant."""
    transaction = transactions.current()
    accounts = [user for user in store().users.values() if user.connection == GOOGLE]
    return make_response(render_template("google.html", transaction=transaction, accounts=accounts))


@blueprint.post("/u/google")
def choose() -> Response:
    """Come back as that person, or having declined."""
    transaction = transactions.current()
    user = store().users.get(request.form.get("account", ""))
    if request.form.get("action") == "decline":
        return transactions.refuse(transaction, "access_denied", "User did not authorize the request")
    if user is None or user.connection != GOOGLE:
        return transactions.to_page("/u/google", transaction)
    return flow.authenticated(transaction, user, "federated")
