"""Ending sessions, and telling applications of it (OpenID Connect Back-Channel Logout 1.0)."""

from __future__ import annotations

import http.client
from collections.abc import Callable, Iterable
from threading import Thread
from typing import Any
from urllib.parse import urlencode, urlsplit

from devtenant import keys
from devtenant.oidc.urls import LOOPBACK_HOSTS
from devtenant.records import Client, Session
from devtenant.store import Store, new_id

EVENT = "http://schemas.openid.net/event/backchannel-logout"
LIFETIME = 120
ANSWER_SECONDS = 5
SIGNED_OUT, REVOKED = "rp-logout", "session-revoked"
PASSWORD_CHANGED, DELETED = "password-changed", "account-deleted"


def end(store: Store, session: Session, initiator: str) -> None:
    """End a session, and tell every application that was signed in with it and wants to know."""
    store.sessions.pop(session.sid, None)
    for client_id in dict.fromkeys(session.clients):
        client = store.clients.get(client_id)
        if client is not None and _wants(client, initiator):
            _tell(store, client, session)


def end_all(store: Store, user_id: str, initiator: str) -> None:
    """End every session of a person."""
    for session in [each for each in store.sessions.values() if each.user_id == user_id]:
        end(store, session, initiator)


def claims(store: Store, client_id: str, **about: str) -> dict[str, Any]:
    """What a logout token says of a `sub` and a `sid`."""
    now = int(store.now())
    return {
        "iss": store.issuer,
        "aud": client_id,
        "iat": now,
        "exp": now + LIFETIME,
        "jti": new_id("jti"),
        "events": {EVENT: {}},
        "trace_id": new_id(),
        **about,
    }


def header(store: Store) -> dict[str, Any]:
    """What its header says besides the key."""
    return {"typ": store.settings.logout_token_type}


def _wants(client: Client, initiator: str) -> bool:
    return not {"all", initiator}.isdisjoint(client.backchannel_logout_initiators)


def _tell(store: Store, client: Client, session: Session) -> None:
    said = claims(store, client.client_id, sub=session.user_id, sid=session.sid)
    token = keys.sign(keys.current(store), said, header(store))

    def note(kind: str) -> None:
        store.log(kind, user_id=session.user_id, client_id=client.client_id, session_id=session.sid)

    for url in client.backchannel_logout_urls:
        Thread(target=_send, args=(store, url, token, note), daemon=True).start()


def _send(store: Store, url: str, token: str, note: Callable[[str], None]) -> None:
    """Post it beside the request that ended the session, once; Auth0 does not send a refused one again."""
    is_taken = _post(url, token) in _TAKEN
    with store.lock:
        note("oidc_backchannel_logout_succeeded" if is_taken else "oidc_backchannel_logout_failed")


_TAKEN: Iterable[int] = (200, 204)


def _post(url: str, token: str) -> int:
    """Return the status; 0 where nobody answered, or somebody who is not on this machine was to."""
    to = urlsplit(url)
    if to.scheme != "http" or to.hostname not in LOOPBACK_HOSTS:
        return 0
    connection = http.client.HTTPConnection(to.hostname, to.port, timeout=ANSWER_SECONDS)
    try:
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", to.path or "/", urlencode({"logout_token": token}), form)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()
