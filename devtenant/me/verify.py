"""`POST /authentication-methods/{id}/verify`: the second half of an enrollment, by type."""

import re
from collections.abc import Callable

from flask import Response, jsonify

from devtenant import methods, totp, webauthn
from devtenant.current import store
from devtenant.me import enrolling
from devtenant.me.api import api, body, needs, person, record
from devtenant.me.enroll import MIN_PASSWORD
from devtenant.me.enrolling import Enrolling
from devtenant.me.problems import MeError, bad_request, invalid, not_found
from devtenant.me.schemas import verification
from devtenant.me.shapes import TYPES, Json, location, method_shape
from devtenant.mfa import codes, limits
from devtenant.oidc import backchannel
from devtenant.records import Method

_CHARACTER_TYPES = ("[a-z]", "[A-Z]", "[0-9]", "[^a-zA-Z0-9]")
_TYPES_WANTED = 3


@api.post("/authentication-methods/<method_id>/verify")
@needs("create:me:authentication_methods")
def verify_method(method_id: str) -> tuple[Response, int, dict[str, str]]:
    prefix = method_id.partition("|")[0]
    kind = TYPES.get(prefix, prefix)
    if kind not in _VERIFY:
        raise not_found()
    sent = body(lambda _: verification(kind))
    begun = enrolling.find(store(), sent["auth_session"], person(), method_id)
    try:
        method = _VERIFY[kind](begun, sent)
    except MeError:
        record("verify", method_id, kind, failed=True)
        raise
    # Single use: a replayed verify finds no enrollment.
    enrolling.close(store(), sent["auth_session"])
    person().updated_at = store().now()
    record("verify", method.id, kind)
    return jsonify(method_shape(method)), 201, {"Location": location(method.id)}


def _totp(begun: Enrolling, sent: Json) -> Method:
    draft = _draft(begun)
    return _proved(draft, totp.spend(draft, sent["otp_code"], store().now()))


def _sent_code(begun: Enrolling, sent: Json) -> Method:
    return _proved(_draft(begun), codes.spend(begun.sent, sent["otp_code"], store().now()))


def _proved(draft: Method, right: bool) -> Method:
    limits.check(store(), person(), "code")
    if not right:
        limits.spend(store(), person(), "code")
        raise invalid("Invalid OTP code", "/otp_code")
    return _confirm(draft)


def _push(begun: Enrolling, _sent: Json) -> Method:
    """The app on the phone confirms the method; here the person only says that it has."""
    draft = _draft(begun)
    if not draft.confirmed:
        raise bad_request("The enrollment has not been completed on the device yet")
    return draft


def _recovery_code(begun: Enrolling, _sent: Json) -> Method:
    user, draft = person(), _draft(begun)
    user.methods = [each for each in user.methods if each.type != methods.RECOVERY or each is draft]
    user.recovery_code = begun.recovery_code
    return _confirm(draft)


def _password(_begun: Enrolling, sent: Json) -> Method:
    new = sent["new_password"]
    kinds = sum(bool(re.search(kind, new)) for kind in _CHARACTER_TYPES)
    if len(new) < MIN_PASSWORD or kinds < _TYPES_WANTED:
        raise invalid("The password is too weak", "/new_password")
    user = person()
    user.password, user.last_password_reset = new, store().now()
    store().log("scp", "Password changed", user_id=user.user_id)
    backchannel.end_all(store(), user.user_id, backchannel.PASSWORD_CHANGED)
    return next(each for each in methods.listed(store(), user) if each.type == methods.PASSWORD)


def _passkey(begun: Enrolling, sent: Json) -> Method:
    # Spent before it is checked: a challenge answers one attempt.
    challenge, begun.challenge = begun.challenge, ""
    if not challenge:
        raise bad_request("The challenge was answered already: start the enrollment again")
    try:
        method = webauthn.verify_registration(store(), person(), "passkey", sent["authn_response"], challenge)
    except webauthn.CeremonyError as error:
        raise invalid(str(error), "/authn_response") from error
    person().methods.append(method)
    return method


_VERIFY: dict[str, Callable[[Enrolling, Json], Method]] = {
    "totp": _totp,
    "phone": _sent_code,
    "email": _sent_code,
    "push-notification": _push,
    methods.RECOVERY: _recovery_code,
    "password": _password,
    "passkey": _passkey,
}


def _draft(begun: Enrolling) -> Method:
    """The unconfirmed method, if nobody has deleted it in the meantime."""
    if begun.method is None or begun.method not in person().methods:
        raise bad_request("The authentication method is gone: start the enrollment again")
    return begun.method


def _confirm(draft: Method) -> Method:
    draft.confirmed, draft.enrolled_at = True, store().now()
    enrollment = {"_id": draft.id, "name": draft.name, "user_id": draft.user_id}
    store().log(
        "gd_enrollment_complete",
        "Guardian - Enrollment complete",
        user_id=draft.user_id,
        enrollment=enrollment,
    )
    return draft
