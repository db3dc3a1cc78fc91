"""Guardian enrollments: the older view of a method, and tickets to enroll on a hosted page."""

import re

from flask import Response, jsonify

from devtenant import delivery, methods
from devtenant.current import store
from devtenant.management.api import api, needs, record_write, user_or_404
from devtenant.management.errors import ManagementError
from devtenant.management.payload import FILLED, FLAG, TEXT, body, one_of, strict
from devtenant.management.shapes import Json, present
from devtenant.records import Method, Ticket, User
from devtenant.store import iso, new_id

TICKET_FACTORS = ("push-notification", "phone", "email", "otp", "webauthn-roaming", "webauthn-platform")
_TICKET = strict(
    ["user_id"],
    user_id=FILLED,
    email=TEXT,
    send_mail=FLAG,
    email_locale=TEXT,
    factor=one_of(*TICKET_FACTORS),
    allow_multiple_enrollments=FLAG,
)
_ENROLLMENT_ID = re.compile(
    r"((totp|sms|voice|push|email|recovery-code|webauthn-roaming|webauthn-platform)\|)?dev_[A-Za-z0-9-_]+"
)
_AUTH_METHODS = {
    "totp": "authenticator",
    "push": "guardian",
    "phone": "sms",
    "webauthn-platform": "webauthn-platform",
    "webauthn-roaming": "webauthn-roaming",
}


@api.post("/guardian/enrollments/ticket")
@needs("create:guardian_enrollment_tickets")
def create_ticket() -> Response:
    sent = body(_TICKET)
    user = user_or_404(sent["user_id"])
    ticket = Ticket(new_id("gten"), user.user_id, store().now(), sent.get("factor"))
    ticket.allow_multiple_enrollments = sent.get("allow_multiple_enrollments", False)
    ticket.data["locale"] = sent.get("email_locale", user.locale)
    store().tickets[ticket.ticket_id] = ticket
    url = f"{store().base_url}/guardian/enroll?ticket={ticket.ticket_id}"
    if sent.get("send_mail"):
        delivery.send_ticket(store(), user, url, sent.get("email"))
    record_write("Create an enrollment ticket", user_id=user.user_id)
    return jsonify(ticket_id=ticket.ticket_id, ticket_url=url)


@api.get("/users/<user_id>/enrollments")
@needs("read:users")
def user_enrollments(user_id: str) -> Response:
    """The first confirmed enrollment, in a list of its own."""
    known = [method for method in user_or_404(user_id).methods if method.type in _AUTH_METHODS]
    return jsonify([_user_shape(method) for method in known if method.confirmed][:1])


@api.get("/guardian/enrollments/<enrollment_id>")
@needs("read:guardian_enrollments")
def get_enrollment(enrollment_id: str) -> Response:
    return jsonify(_shape(_found(enrollment_id)[1]))


@api.delete("/guardian/enrollments/<enrollment_id>")
@needs("delete:guardian_enrollments")
def delete_enrollment(enrollment_id: str) -> tuple[str, int]:
    user, method = _found(enrollment_id)
    methods.remove(store(), user, method)
    record_write("Delete a multi-factor authentication enrollment", user_id=user.user_id)
    return "", 204


def _found(enrollment_id: str) -> tuple[User, Method]:
    """An enrollment by its full id or by its device alone; a phone goes by `sms` and `voice` too."""
    device = enrollment_id.rpartition("|")[2]
    if _ENROLLMENT_ID.fullmatch(enrollment_id):
        for user in store().users.values():
            for method in user.methods:
                if method.id.rpartition("|")[2] == device:
                    return user, method
    raise ManagementError(400, "The enrollment does not exist.", "invalid_enrollment")


def _shape(method: Method) -> Json:
    return present(
        {
            "id": method.id,
            "status": "confirmed" if method.confirmed else "pending",
            "name": method.phone_number or method.name or None,
            "phone_number": method.phone_number,
            "enrolled_at": iso(method.enrolled_at),
            "last_auth": iso(method.last_auth_at),
        }
    )


def _user_shape(method: Method) -> Json:
    return _shape(method) | {"type": method.type, "auth_method": _AUTH_METHODS[method.type]}
