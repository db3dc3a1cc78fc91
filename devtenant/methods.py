"""A person's authentication methods, whichever API or page asks: what is listed, what goes together."""

import base64
import hashlib
import secrets
import string

from devtenant.records import DATABASE, Method, User
from devtenant.store import Store, new_id

PASSWORD, AUTO_EMAIL, RECOVERY = "password", "email-verification", "recovery-code"
_FIXED = (PASSWORD, AUTO_EMAIL)
_CODE_ALPHABET = string.ascii_uppercase + string.digits


def listed(store: Store, user: User) -> list[Method]:
    """Enrolled methods, then what Auth0 adds of its own: the password and a verified address."""
    return [*user.methods, *_passwords(user), *_verified_email(store, user)]


def find(store: Store, user: User, method_id: str) -> Method | None:
    """A person's own method, by the id that their list shows."""
    return next((method for method in listed(store, user) if method.id == method_id), None)


def is_fixed(method: Method) -> bool:
    """Tells whether the method follows from the account itself, so that nobody can remove it."""
    return method.type in _FIXED


def remove(store: Store, user: User, method: Method) -> list[Method]:
    """Takes a method off a person, together with what shares its device (push with its TOTP)."""
    gone = [
        each
        for each in user.methods
        if each is method or (method.link_id is not None and each.link_id == method.link_id)
    ]
    user.methods = [each for each in user.methods if each not in gone]
    if any(each.type == RECOVERY for each in gone):
        user.recovery_code = None
    user.updated_at = store.now()
    for each in gone:
        enrollment = {"_id": each.id, "name": each.name, "user_id": user.user_id}
        store.log("gd_unenroll", "Unenroll device account", user_id=user.user_id, enrollment=enrollment)
    return gone


def remove_all(store: Store, user: User, *kinds: str) -> None:
    """Takes off every method of these kinds, or of every kind."""
    for method in list(user.methods):
        if method in user.methods and (not kinds or method.type in kinds):
            remove(store, user, method)


def new_method(store: Store, user: User, kind: str) -> Method:
    now = store.now()
    return Method(f"{kind}|{new_id('dev')}", kind, user.user_id, now, enrolled_at=now)


def new_recovery_code(store: Store, user: User) -> str:
    """Replaces the person's recovery code, and the method that stands for it."""
    code = make_recovery_code()
    user.recovery_code = code
    user.methods = [method for method in user.methods if method.type != RECOVERY]
    user.methods.append(new_method(store, user, RECOVERY))
    user.updated_at = store.now()
    return code


def make_recovery_code() -> str:
    return "".join(secrets.choice(_CODE_ALPHABET) for _ in range(24))


def _passwords(user: User) -> list[Method]:
    if user.connection != DATABASE:
        return []
    encoded = base64.urlsafe_b64encode(user.user_id.encode()).decode().rstrip("=")
    method = Method(f"{PASSWORD}|{encoded}", PASSWORD, user.user_id, user.created_at)
    method.identity_user_id = user.identity_id
    return [method]


def _verified_email(store: Store, user: User) -> list[Method]:
    """A verified address can receive codes by itself, once the tenant has the email factor on."""
    enrolled = {method.email for method in user.methods if method.type == "email"}
    if not user.email_verified or not store.settings.factors.get("email") or user.email in enrolled:
        return []
    digest = hashlib.sha256(user.user_id.encode()).hexdigest()[:16]
    method = Method(f"{AUTO_EMAIL}|dev_{digest}", AUTO_EMAIL, user.user_id, user.created_at)
    method.email = user.email
    return [method]
