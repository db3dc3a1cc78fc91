"""Signing in with a passkey: whichever one the person picks says who they are."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, make_response, render_template, request

from devtenant import webauthn
from devtenant.current import store
from devtenant.login import flow, transactions
from devtenant.records import Method, Transaction

blueprint = Blueprint("passkey", __name__)

UNKNOWN = "This passkey is not known here. Sign in another way."


@blueprint.get("/u/passkey")
def page() -> Response:
    """Offer the ceremony."""
    return _page(transactions.current())


@blueprint.post("/u/passkey")
def sign_in() -> Response:
    """Check what the browser brought; a challenge is good for one answer."""
    with store().lock:
        transaction = transactions.current()
        try:
            method = _proved(transaction)
        except webauthn.CeremonyError as error:
            store().log("passkey_challenge_failed", str(error))
            return _page(transaction, str(error), 400)
        return flow.authenticated(transaction, store().users[method.user_id], "passkey")


def _proved(transaction: Transaction) -> Method:
    challenge = transaction.data.pop("passkey_challenge", None)
    credential = _credential()
    method = webauthn.find(store(), str(credential.get("id")))
    if challenge is None or method is None or method.type != "passkey":
        raise webauthn.CeremonyError(UNKNOWN)
    webauthn.verify_authentication(store(), method, credential, challenge)
    return method


def _credential() -> dict[str, Any]:
    if problem := request.form.get("problem"):
        raise webauthn.CeremonyError(problem[:200])
    try:
        credential = json.loads(request.form.get("credential", ""))
    except ValueError:
        credential = None
    if not isinstance(credential, dict):
        raise webauthn.CeremonyError("The browser sent no passkey. JavaScript has to be on for this.")
    return credential


def _page(transaction: Transaction, problem: str = "", status: int = 200) -> Response:
    options = webauthn.authentication_options()
    transaction.data["passkey_challenge"] = options["challenge"]
    store().log("passkey_challenge_started", "Passkey challenge started")
    client = store().clients[transaction.client_id]
    body = render_template(
        "passkey.html", transaction=transaction, client=client, ceremony=options, problem=problem
    )
    return make_response(body, status)
