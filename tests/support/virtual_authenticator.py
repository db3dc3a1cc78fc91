"""A virtual authenticator in Chromium: a security key or passkeys, as the DevTools protocol offers them."""

import base64
from typing import Any, Self

from playwright.sync_api import CDPSession, Page


class VirtualAuthenticator:
    """Answers WebAuthn ceremonies of a page, with the person present and verified unless told otherwise."""

    def __init__(self, session: CDPSession, authenticator_id: str) -> None:
        self.session, self.id = session, authenticator_id

    @classmethod
    def platform(cls, page: Page) -> Self:
        """What is built into the device: passkeys behind a fingerprint or a PIN."""
        return cls.add(page, transport="internal", hasResidentKey=True, hasUserVerification=True)

    @classmethod
    def security_key(cls, page: Page) -> Self:
        """A key to plug in."""
        return cls.add(page, transport="usb", hasResidentKey=False, hasUserVerification=True)

    @classmethod
    def add(cls, page: Page, **options: Any) -> Self:
        """Plug it into this page's browser context."""
        session = page.context.new_cdp_session(page)
        session.send("WebAuthn.enable")
        standard = {"protocol": "ctap2", "isUserVerified": True, "automaticPresenceSimulation": True}
        answer = session.send("WebAuthn.addVirtualAuthenticator", {"options": standard | options})
        return cls(session, answer["authenticatorId"])

    def hold(self, method: dict[str, Any]) -> None:
        """Take in a seeded passkey, whose private key is public knowledge (`devtenant/demo_passkey.py`)."""
        credential = {
            "credentialId": _base64(method["key_id"]),
            "isResidentCredential": True,
            "rpId": method["relying_party_identifier"],
            "privateKey": method["demo_private_key"],
            "userHandle": _base64(method["user_handle"]),
            "signCount": method["sign_count"],
        }
        self.session.send("WebAuthn.addCredential", {"authenticatorId": self.id, "credential": credential})

    def refuse(self) -> None:
        """The person does not prove to be there: the fingerprint does not match."""
        self.session.send("WebAuthn.setUserVerified", {"authenticatorId": self.id, "isUserVerified": False})

    @property
    def credentials(self) -> list[dict[str, Any]]:
        """What it holds now."""
        answer = self.session.send("WebAuthn.getCredentials", {"authenticatorId": self.id})
        found: list[dict[str, Any]] = answer["credentials"]
        return found


def _base64(url_safe: str) -> str:
    """From the base64 that WebAuthn writes to the one that DevTools read."""
    raw = base64.urlsafe_b64decode(url_safe + "=" * (-len(url_safe) % 4))
    return base64.b64encode(raw).decode()
