"""Push notifications: requests that wait on the phone, and a phone that scans an enrollment code."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from devtenant import methods as catalogue
from devtenant import totp
from devtenant.mfa import limits
from devtenant.records import Method, Push, User
from devtenant.store import Store, new_id

REQUEST_SECONDS = 300.0
ENROLLMENT_SECONDS = 300.0
PENDING, APPROVED, DENIED, EXPIRED = "pending", "approved", "denied", "expired"


def new_draft(store: Store, user: User) -> Method:
    """A push method that nobody has scanned yet; it is the caller's to keep."""
    draft = catalogue.new_method(store, user, "push")
    draft.confirmed, draft.enrolled_at = False, None
    draft.secret, draft.link_id = totp.new_secret(), new_id("link")
    return draft


def barcode_uri(store: Store, user: User, draft: Method) -> str:
    """What the Guardian app reads from the QR code."""
    label = quote(f"{store.settings.friendly_name}:{user.email}", safe="")
    query = urlencode(
        {
            "enrollment_tx_id": draft.id.split("|", 1)[1],
            "secret": draft.secret or "",
            "issuer": store.settings.friendly_name,
            "base_url": store.base_url,
            "algorithm": "SHA1",
            "digits": "6",
            "period": "30",
        }
    )
    return f"otpauth://totp/{label}?{query}"


def waiting(store: Store) -> list[tuple[User, Method]]:
    """Enrollments whose QR code is still good."""
    since = store.now() - ENROLLMENT_SECONDS
    return [
        (user, method)
        for user in store.users.values()
        for method in user.methods
        if method.type == "push" and not method.confirmed and method.created_at > since
    ]


def scan(store: Store, method_id: str) -> Method | None:
    """Do what the Guardian app does: confirm the push method, and enroll a linked TOTP beside it."""
    with store.lock:
        for user, method in waiting(store):
            if method.id == method_id:
                _confirm(store, user, method)
                return method
    return None


def request_approval(store: Store, user: User, method: Method) -> Push:
    """Let a request appear on the phone."""
    limits.spend(store, user, "push")
    push = Push(new_id("push"), user.user_id, store.now(), PENDING, method.id)
    store.pushes[push.id] = push
    return push


def state(store: Store, push_id: str | None) -> str:
    """How a request stands; an unanswered one runs out."""
    push = store.pushes.get(push_id or "")
    if push is None or store.now() - push.at > REQUEST_SECONDS:
        return EXPIRED
    return push.state


def decide(store: Store, push_id: str, answer: str) -> bool:
    """Approve or deny a request that still waits; an answer stands."""
    with store.lock:
        if state(store, push_id) != PENDING:
            return False
        store.pushes[push_id].state = answer
        return True


def _confirm(store: Store, user: User, method: Method) -> None:
    method.confirmed, method.enrolled_at = True, store.now()
    method.name = method.name or "Demo phone"
    twin = catalogue.new_method(store, user, "totp")
    twin.secret, twin.link_id, twin.name = method.secret, method.link_id, method.name
    user.methods.append(twin)
