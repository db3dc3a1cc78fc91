"""The single-sign-on session of a browser, and the cookies that carry it."""

from __future__ import annotations

import hmac
import secrets

from flask import Response, after_this_request, request

from devtenant.current import store
from devtenant.oidc import backchannel
from devtenant.records import Session, User
from devtenant.store import new_id

# Cookies ignore ports: a name of our own keeps clear of the site's cookies on localhost.
SESSION_COOKIE = "devtenant_session"
BROWSER_COOKIE = "devtenant_browser"
IDLE_SECONDS = 3 * 86400
ABSOLUTE_SECONDS = 30 * 86400


def current() -> Session | None:
    """The live session of this browser."""
    sid, _, secret = request.cookies.get(SESSION_COOKIE, "").partition(".")
    session = store().sessions.get(sid)
    if session is None or not hmac.compare_digest(secret.encode(), session.secret.encode()):
        return None
    if _expired(session) or session.user_id not in store().users:
        del store().sessions[sid]
        return None
    return session


def record(user: User, method: str) -> Session:
    """Note that the first factor was proved now; another person's session in this browser ends."""
    session = current()
    if session is not None and session.user_id != user.user_id:
        del store().sessions[session.sid]
        session = None
    session = session or _start(user)
    session.authenticated_at = session.last_interacted_at = store().now()
    note(session, method)
    return session


def note(session: Session, name: str, **more: str | None) -> None:
    """Methods gather over a session; a repeated one carries its latest time."""
    proof = {"name": name, **more}
    others = [known for known in session.methods if not proof.items() <= known.items()]
    session.methods = [*others, {**proof, "timestamp": store().now()}]


def end() -> None:
    """Sign this browser out of the tenant."""
    session = current()
    if session is not None:
        backchannel.end(store(), session, backchannel.SIGNED_OUT)
        store().log("slo", "User successfully logged out", user_id=session.user_id, session_id=session.sid)

    @after_this_request
    def forget(answer: Response) -> Response:
        answer.delete_cookie(SESSION_COOKIE, httponly=True, samesite="Lax")
        return answer


def browser() -> str:
    """This browser's own mark: a login page opened by one browser cannot be finished by another."""
    known = request.cookies.get(BROWSER_COOKIE)
    return known or _keep(BROWSER_COOKIE, secrets.token_urlsafe(16))


def _start(user: User) -> Session:
    now = store().now()
    session = Session(new_id(), secrets.token_urlsafe(24), user.user_id, now, now, now)
    session.ip, session.user_agent = request.remote_addr or "", request.user_agent.string
    store().sessions[session.sid] = session
    _keep(SESSION_COOKIE, f"{session.sid}.{session.secret}")
    return session


def _keep(name: str, value: str) -> str:
    @after_this_request
    def give(answer: Response) -> Response:
        answer.set_cookie(name, value, max_age=ABSOLUTE_SECONDS, httponly=True, samesite="Lax")
        return answer

    return value


def _expired(session: Session) -> bool:
    now = store().now()
    return now - session.last_interacted_at > IDLE_SECONDS or now - session.created_at > ABSOLUTE_SECONDS
