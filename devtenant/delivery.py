"""What the tenant sends: every text, call and e-mail ends in `store.messages`, and so on /dev/phone."""

from __future__ import annotations

from devtenant.records import Message, User
from devtenant.store import Store

CHANNELS = ("sms", "voice", "email")


def send(
    store: Store, channel: str, to: str, text: str, *, code: str | None = None, user: User | None = None
) -> Message:
    """Deliver one message; `channel` is sms, voice or email."""
    message = Message(to, channel, text, store.now(), code, user.user_id if user else None)
    with store.lock:
        store.messages.append(message)
    return message


def send_code(store: Store, channel: str, to: str, code: str, user: User) -> Message:
    """Deliver a verification code, in words that fit the channel."""
    name = store.settings.friendly_name
    spoken = " ".join(code)
    texts = {
        "sms": f"{code} is your verification code for {name}.",
        "voice": f"Hello. Your verification code for {name} is: {spoken}. Once more: {spoken}. Goodbye.",
        "email": f"Your verification code for {name} is {code}. It is good for five minutes.",
    }
    return send(store, channel, to, texts[channel], code=code, user=user)


def send_ticket(store: Store, user: User, url: str, to: str | None = None) -> Message:
    """Mail an enrollment invitation: whoever opens the link enrolls on this account."""
    text = f"You are invited to set up multi-factor authentication for {store.settings.friendly_name}: {url}"
    return send(store, "email", to or user.email, text, user=user)
