"""The phone and mailbox of everybody at this tenant: /dev/phone for people, its JSON twin for tests."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, make_response, redirect, render_template, request, url_for
from werkzeug import Response as Redirect

from devtenant import totp
from devtenant.current import store
from devtenant.mfa import push
from devtenant.records import Message, Method, Push, User
from devtenant.store import iso

blueprint = Blueprint("phone", __name__, url_prefix="/dev")

ANSWERS = {"approve": push.APPROVED, "deny": push.DENIED}


@blueprint.get("/phone")
def page() -> Response:
    """Everything on one page, newest first."""
    answer = make_response(render_template("phone/phone.html", **_newest_first(_contents())))
    # Under no-referrer a form's Origin would be "null", which the control endpoints take for a foreign page.
    answer.headers["Referrer-Policy"] = "same-origin"
    return answer


@blueprint.get("/phone/contents")
def contents() -> str:
    """The changing part of the page, which a script puts in place."""
    return render_template("phone/_contents.html", **_newest_first(_contents()))


@blueprint.get("/phone.json")
def phone_json() -> Response:
    """The same for programs, oldest first."""
    return jsonify(_contents())


@blueprint.post("/push/<push_id>/<any(approve, deny):answer>")
def decide(push_id: str, answer: str) -> Response | Redirect | tuple[Response, int]:
    """Answer a push request as its owner would; an answer stands."""
    return _done(push.decide(store(), push_id, ANSWERS[answer]), state=push.state(store(), push_id))


@blueprint.post("/push/<path:method_id>/scan")
def scan(method_id: str) -> Response | Redirect | tuple[Response, int]:
    """Scan an enrollment's QR code with the Guardian app."""
    return _done(push.scan(store(), method_id) is not None, method_id=method_id)


def _done(changed: bool, **told: str) -> Response | Redirect | tuple[Response, int]:
    """People go back to the page; programs are told, with 409 where there was nothing left to do."""
    if "text/html" in request.headers.get("Accept", ""):
        return redirect(url_for("phone.page"), 303)
    return jsonify(told) if changed else (jsonify(told), 409)


def _contents() -> dict[str, list[dict[str, Any]]]:
    tenant = store()
    with tenant.lock:
        return {
            "messages": [_message(message) for message in tenant.messages],
            "pushes": [_push(request) for request in tenant.pushes.values()],
            "enrollments": [_enrollment(user, method) for user, method in push.waiting(tenant)],
            "authenticators": _authenticators(),
            "credentials": [
                _credential(user, method) for user, method in _everything() if method.demo_private_key
            ],
        }


def _newest_first(shown: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    return shown | {name: shown[name][::-1] for name in ("messages", "pushes", "enrollments")}


def _message(message: Message) -> dict[str, Any]:
    return {
        "to": message.to,
        "channel": message.channel,
        "code": message.code,
        "text": message.text,
        "at": iso(message.at),
        "user_id": message.user_id,
    }


def _push(asked: Push) -> dict[str, Any]:
    user = store().users.get(asked.user_id)
    return {
        "id": asked.id,
        "user": user.email if user else asked.user_id,
        "user_id": asked.user_id,
        "at": iso(asked.at),
        "state": push.state(store(), asked.id),
    }


def _enrollment(user: User, method: Method) -> dict[str, Any]:
    return {"method_id": method.id, "user": user.email, "user_id": user.user_id, "at": iso(method.created_at)}


def _authenticators() -> list[dict[str, Any]]:
    """Live codes; an app that is just being set up comes last, so that it can be set up without a phone."""
    now = store().now()
    apps = [(user, method) for user, method in _everything() if method.type == "totp" and method.secret]
    apps.sort(key=lambda pair: not pair[1].confirmed)
    return [
        {
            "user_id": user.user_id,
            "email": user.email,
            "method_id": method.id,
            "name": method.name,
            "confirmed": method.confirmed,
            "code": totp.code_at(method.secret or "", now),
            "secret": method.secret,
            "seconds_left": totp.seconds_left(now),
        }
        for user, method in apps
    ]


def _credential(user: User, method: Method) -> dict[str, Any]:
    """What a virtual authenticator needs to hold this passkey: PKCS#8 in base64, ids in base64url."""
    return {
        "user_id": user.user_id,
        "email": user.email,
        "method_id": method.id,
        "credential_id": method.key_id,
        "private_key": method.demo_private_key,
        "user_handle": method.user_handle,
        "rp_id": method.relying_party_identifier,
        "sign_count": method.sign_count,
    }


def _everything() -> list[tuple[User, Method]]:
    return [(user, method) for user in store().users.values() for method in user.methods]
