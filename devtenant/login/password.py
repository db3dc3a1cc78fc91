"""A forgotten password: the email that an application asks for, and the page that its link leads to."""

from __future__ import annotations

import string
from dataclasses import dataclass

from flask import Blueprint, Response, make_response, render_template, request

from devtenant import delivery
from devtenant.current import store
from devtenant.login.errors import PageError
from devtenant.oidc import backchannel
from devtenant.records import DATABASE, User
from devtenant.store import new_id

blueprint = Blueprint("password", __name__)

SENT = "We've just sent you an email to reset your password."
# Auth0's defaults: five days, and the strength "good", three of four sorts of characters.
LINK_SECONDS = 5 * 86400.0
SHORTEST, SORTS = 8, 3


@dataclass
class PasswordTicket:
    """A link to choose a new password with, once."""

    user_id: str
    created_at: float


@blueprint.post("/dbconnections/change_password")
def ask() -> Response | tuple[dict[str, str], int]:
    """Send the email. The answer is the same where nobody has this address."""
    sent = request.get_json(silent=True) or request.form.to_dict()
    client_id, email, connection = (
        str(sent.get(name) or "") for name in ("client_id", "email", "connection")
    )
    if client_id not in store().clients:
        return _refusal("client_id must be that of an application")
    if not email:
        return _refusal("email is required")
    if connection != DATABASE:
        return _refusal("connection must be a database connection")
    user = store().user_by_email(email, DATABASE)
    if user is not None:
        _send(user)
    return Response(SENT, content_type="text/plain; charset=utf-8")


@blueprint.get("/u/reset-password")
def page() -> Response:
    """Ask for the new password."""
    return _form(*_found())


@blueprint.post("/u/reset-password")
def change() -> Response:
    """Take it, and sign everybody out who has the old one."""
    ticket, user = _found()
    password = request.form.get("password", "")
    if password != request.form.get("again", ""):
        return _form(ticket, user, "The passwords differ.")
    if not _is_good(password):
        return _form(ticket, user, f"Use {SHORTEST} characters or more, of {SORTS} sorts.")
    _tickets().pop(ticket)
    user.password, user.last_password_reset, user.login_failures = password, store().now(), []
    store().log("scp", "Success Change Password", user_id=user.user_id)
    backchannel.end_all(store(), user.user_id, backchannel.PASSWORD_CHANGED)
    return make_response(render_template("message.html", title="Password changed", text=CHANGED))


CHANGED = "You can sign in with your new password."


def _send(user: User) -> None:
    ticket = new_id("pwd")
    _tickets()[ticket] = PasswordTicket(user.user_id, store().now())
    url = f"{store().base_url}/u/reset-password?ticket={ticket}"
    text = f"Choose a new password for {store().settings.friendly_name}: {url}"
    delivery.send(store(), "email", user.email, text, user=user)
    store().log("scpr", "Success Change Password Request", user_id=user.user_id)


def _tickets() -> dict[str, PasswordTicket]:
    found: dict[str, PasswordTicket] = store().data.setdefault("passwords", {})
    return found


def _found() -> tuple[str, User]:
    name = request.args.get("ticket", "")
    ticket = _tickets().get(name)
    user = store().users.get(ticket.user_id) if ticket else None
    if ticket is None or user is None or store().now() - ticket.created_at >= LINK_SECONDS:
        raise PageError("invalid_ticket", "This link was used already, or is too old. Ask for a new one.")
    return name, user


def _is_good(password: str) -> bool:
    """Judge by Auth0's password strength "good"."""
    sorts = (string.ascii_lowercase, string.ascii_uppercase, string.digits)
    found = [any(character in sort for character in password) for sort in sorts]
    others = any(not character.isascii() or not character.isalnum() for character in password)
    return len(password) >= SHORTEST and sum([*found, others]) >= SORTS


def _form(ticket: str, user: User, error: str = "") -> Response:
    body = render_template("reset_password.html", ticket=ticket, email=user.email, error=error)
    return make_response(body, 400 if error else 200)


def _refusal(description: str) -> tuple[dict[str, str], int]:
    return {"error": "invalid_request", "error_description": description}, 400
