"""`POST /authentication-methods`: the first half of an enrollment, by type."""

from collections.abc import Callable

from flask import Response, jsonify

from devtenant import methods, totp, webauthn
from devtenant.current import store
from devtenant.me import enrolling
from devtenant.me.api import api, body, needs, person, record
from devtenant.me.enrolling import Enrolling
from devtenant.me.methods import mine, offered
from devtenant.me.problems import bad_request, invalid
from devtenant.me.schemas import enrollment
from devtenant.me.shapes import Json, location
from devtenant.mfa import codes, push
from devtenant.records import DATABASE, Method

MAX_METHODS = 20
_ALGORITHMS = (-8, -7, -257)
# The tenant's password policy, which `devtenant.me.verify` holds a new password to.
MIN_PASSWORD = 8
POLICY = {
    "complexity": {
        "min_length": MIN_PASSWORD,
        "character_types": ["uppercase", "lowercase", "number", "special"],
        "character_type_rule": "three_of_four",
        "identical_characters": "allow",
        "sequential_characters": "allow",
        "max_length_exceeded": "error",
    },
    "profile_data": {"active": False, "blocked_fields": []},
    "history": {"active": False, "size": 0},
    "dictionary": {"active": False, "default": "en_10k"},
}


@api.post("/authentication-methods")
@needs("create:me:authentication_methods")
def create_method() -> tuple[Response, int, dict[str, str]]:
    sent = body(enrollment)
    kind = sent["type"]
    if not offered(kind):
        raise bad_request(f"The factor {kind} is not enabled")
    if len(mine()) >= MAX_METHODS:
        raise bad_request(f"There are {MAX_METHODS} authentication methods already")
    begun = Enrolling(person().user_id, kind, store().now())
    answer = _BEGIN[kind](begun, sent)
    auth_session = enrolling.keep(store(), begun)
    record("create", begun.id, kind)
    # A passkey has no id yet: its address is in Location alone.
    ids = {} if kind == "passkey" else {"id": begun.id}
    return jsonify(ids | {"auth_session": auth_session} | answer), 202, {"Location": location(begun.id)}


def _totp(begun: Enrolling, _sent: Json) -> Json:
    draft = _draft(begun, "totp")
    draft.secret = totp.new_secret()
    uri = totp.barcode_uri(draft.secret, person().email, store().settings.friendly_name)
    return {"barcode_uri": uri, "manual_input_code": draft.secret}


def _push(begun: Enrolling, _sent: Json) -> Json:
    begun.method = push.new_draft(store(), person())
    person().methods.append(begun.method)
    return {"barcode_uri": push.barcode_uri(store(), person(), begun.method)}


def _phone(begun: Enrolling, sent: Json) -> Json:
    channel = sent.get("preferred_authentication_method", "sms")
    if channel not in store().settings.phone_message_types:
        raise invalid(f"The tenant does not send {channel} messages", "/preferred_authentication_method")
    _refuse_twice("phone_number", sent["phone_number"])
    begun.sent = codes.send(store(), person(), channel, sent["phone_number"])
    draft = _draft(begun, "phone")
    draft.phone_number, draft.preferred_authentication_method = sent["phone_number"], channel
    return {}


def _email(begun: Enrolling, sent: Json) -> Json:
    address = sent["email"].lower()
    _refuse_twice("email", address)
    begun.sent = codes.send(store(), person(), "email", address)
    _draft(begun, "email").email = address
    return {}


def _recovery_code(begun: Enrolling, _sent: Json) -> Json:
    """Good from the verify on, which says that the person has saved it; until then the old one is."""
    _draft(begun, methods.RECOVERY)
    begun.recovery_code = methods.make_recovery_code()
    return {"recovery_code": begun.recovery_code}


def _password(_begun: Enrolling, sent: Json) -> Json:
    _refuse_other_identity(sent)
    return {"policy": POLICY}


def _passkey(begun: Enrolling, sent: Json) -> Json:
    _refuse_other_identity(sent)
    options = webauthn.registration_options(store(), person(), "passkey")
    begun.challenge = options["challenge"]
    selection = {
        name: options["authenticatorSelection"][name] for name in ("residentKey", "userVerification")
    }
    shown = {
        "challenge": options["challenge"],
        "timeout": options["timeout"],
        "rp": options["rp"],
        "user": options["user"],
        "pubKeyCredParams": [each for each in options["pubKeyCredParams"] if each["alg"] in _ALGORITHMS],
        "authenticatorSelection": selection,
    }
    if sent.get("use_exclude_credentials", True) and options.get("excludeCredentials"):
        shown["excludeCredentials"] = options["excludeCredentials"]
    return {"authn_params_public_key": shown}


_BEGIN: dict[str, Callable[[Enrolling, Json], Json]] = {
    "totp": _totp,
    "push-notification": _push,
    "phone": _phone,
    "email": _email,
    methods.RECOVERY: _recovery_code,
    "password": _password,
    "passkey": _passkey,
}


def _draft(begun: Enrolling, kind: str) -> Method:
    """A method that the list shows as unconfirmed; abandoned ones stay there, as at Auth0."""
    draft = methods.new_method(store(), person(), kind)
    draft.confirmed, draft.enrolled_at = False, None
    person().methods.append(draft)
    begun.method = draft
    return draft


def _refuse_twice(name: str, value: str) -> None:
    if any(method.confirmed and getattr(method, name) == value for method in person().methods):
        raise invalid("This is enrolled already", f"/{name}")


def _refuse_other_identity(sent: Json) -> None:
    """Passwords and passkeys belong to an identity of the database connection."""
    user = person()
    if user.connection != DATABASE or sent.get("connection", DATABASE) != DATABASE:
        raise invalid("There is no identity on this connection", "/connection")
    if sent.get("identity_user_id", user.identity_id) != user.identity_id:
        raise invalid("There is no such identity", "/identity_user_id")
