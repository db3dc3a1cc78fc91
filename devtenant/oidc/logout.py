"""Ending the single-sign-on session: Auth0's /v2/logout, and OpenID Connect RP-Initiated Logout 1.0."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import jwt
from flask import Blueprint, Response, make_response, redirect, render_template, request

from devtenant import keys
from devtenant.current import store
from devtenant.login import sessions
from devtenant.login.errors import PageError
from devtenant.oidc.urls import logout_allowed, with_query

blueprint = Blueprint("logout", __name__)


@dataclass(frozen=True)
class Wish:
    """A logout that was asked for: where to go afterwards, and whether the person surely meant it."""

    target: str
    sure: bool


@blueprint.get("/v2/logout")
def plain_logout() -> Response:
    """End the session at once and return to an allowed URL: the first one when none is named."""
    client_id, target = request.args.get("client_id", ""), request.args.get("returnTo", "")
    if client_id and not target:
        target = next(iter(_allowed(client_id)), "")
    if target:
        _check_target(client_id, target)
    return _ended(target)


@blueprint.route("/oidc/logout", methods=["GET", "POST"])
def oidc_logout() -> Response:
    """End the session, after asking when nothing in the request proves that it is meant."""
    wish = _wish(request.values.to_dict())
    if wish.sure or sessions.current() is None:
        return _ended(wish.target)
    return make_response(render_template("logout.html", parameters=request.values.to_dict()))


@blueprint.post("/u/logout")
def confirmed() -> Response:
    """The person answered the question of /oidc/logout."""
    wish = _wish(request.form.to_dict())
    if request.form.get("action") != "accept":
        return make_response(render_template("message.html", title="You are still signed in"))
    return _ended(wish.target)


def _wish(parameters: dict[str, str]) -> Wish:
    hint = _claims(parameters.get("id_token_hint"))
    client_id = parameters.get("client_id") or hint.get("aud", "")
    if hint and hint["aud"] != client_id:
        raise PageError("invalid_request", "id_token_hint and client_id are of different applications")
    sid = parameters.get("logout_hint")
    if hint and sid and hint.get("sid") != sid:
        raise PageError("invalid_request", "id_token_hint and logout_hint are of different sessions")
    target = parameters.get("post_logout_redirect_uri", "")
    if target:
        _check_target(client_id, target)
        state = {"state": parameters["state"]} if "state" in parameters else {}
        target = with_query(target, state)
    session = sessions.current()
    return Wish(target, session is not None and session.sid == (sid or hint.get("sid")))


def _claims(token: str | None) -> dict[str, Any]:
    """The hint may be expired, but must be ours."""
    if not token:
        return {}
    try:
        return keys.verified(store(), token)
    except jwt.InvalidTokenError:
        raise PageError("invalid_request", "id_token_hint is not a token of this tenant") from None


def _check_target(client_id: str, target: str) -> None:
    client = store().clients.get(client_id)
    if client is None or not logout_allowed(store(), client, target):
        raise PageError("invalid_request", f"{target} is not in the list of allowed logout URLs")


def _allowed(client_id: str) -> list[str]:
    client = store().clients.get(client_id)
    if client is None:
        raise PageError("invalid_request", f"Unknown client: {client_id}")
    return client.allowed_logout_urls


def _ended(target: str) -> Response:
    sessions.end()
    if not target:
        return make_response(render_template("message.html", title="You are signed out"))
    answer = redirect(target)
    assert isinstance(answer, Response)  # noqa: S101  # Flask types it as Werkzeug's parent class
    return answer
