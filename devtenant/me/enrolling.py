"""Enrollments under way: what an `auth_session` stands for, for ten minutes and one use."""

import secrets
from dataclasses import dataclass
from typing import Any

from devtenant.me.problems import bad_request
from devtenant.mfa.codes import SentCode
from devtenant.records import Method, User
from devtenant.store import Store

LIFE_SECONDS = 600.0


@dataclass
class Enrolling:
    """One POST that waits for its verify; `method` is listed as unconfirmed where there is one already."""

    user_id: str
    kind: str
    at: float
    method: Method | None = None
    sent: SentCode | None = None
    challenge: str = ""
    recovery_code: str = ""

    @property
    def id(self) -> str:
        """Passkeys and passwords have no id of their own before they exist."""
        return self.method.id if self.method else f"{self.kind}|new"


def keep(store: Store, enrolling: Enrolling) -> str:
    """Remember it under a sealed-looking string, as Auth0's are."""
    auth_session = f"Fe26.2**{secrets.token_urlsafe(48)}"
    _open(store)[auth_session] = enrolling
    return auth_session


def find(store: Store, auth_session: str, user: User, method_id: str) -> Enrolling:
    """The person's own enrollment of this method; anybody else's does not exist."""
    enrolling = _open(store).get(auth_session)
    if enrolling is None or enrolling.user_id != user.user_id or enrolling.id != method_id:
        raise bad_request("The auth_session is not known, or is of another authentication method")
    if store.now() - enrolling.at > LIFE_SECONDS:
        del _open(store)[auth_session]
        raise bad_request("The auth_session has expired: start the enrollment again")
    return enrolling


def close(store: Store, auth_session: str) -> None:
    _open(store).pop(auth_session, None)


def _open(store: Store) -> dict[str, Enrolling]:
    found: Any = store.data.setdefault("me-enrolling", {})
    sessions: dict[str, Enrolling] = found
    return sessions
