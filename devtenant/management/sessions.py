"""Sign-in sessions and refresh tokens: what is open for a person, and ending it."""

from flask import Response, jsonify

from devtenant.current import store
from devtenant.management.api import api, needs, record_write, user_or_404
from devtenant.management.errors import not_found
from devtenant.management.payload import FLAG, TEXT, body, checkpoint, known_query, strict
from devtenant.management.shapes import refresh_token_shape, session_shape
from devtenant.oidc import backchannel
from devtenant.records import RefreshToken, Session

_REVOCATION = strict(session_id=TEXT, preserve_refresh_tokens=FLAG)
_METADATA = strict(session_metadata={"type": ["object", "null"]})


@api.get("/users/<user_id>/sessions")
@needs("read:sessions")
def list_sessions(user_id: str) -> Response:
    known_query("from", "take", "include_totals")
    user_or_404(user_id)
    return jsonify(checkpoint([session_shape(session) for session in _sessions(user_id)], "sessions", "id"))


@api.delete("/users/<user_id>/sessions")
@needs("delete:sessions")
def end_sessions(user_id: str) -> tuple[str, int]:
    user_or_404(user_id)
    for session in _sessions(user_id):
        _end(session)
    record_write("Delete the sessions of a user", user_id=user_id)
    return "", 202


@api.get("/sessions/<sid>")
@needs("read:sessions")
def get_session(sid: str) -> Response:
    return jsonify(session_shape(_session_or_404(sid)))


@api.patch("/sessions/<sid>")
@needs("update:sessions")
def update_session(sid: str) -> Response:
    session, sent = _session_or_404(sid), body(_METADATA)
    record_write("Update a session", user_id=session.user_id)
    return jsonify(session_shape(session) | sent)


@api.delete("/sessions/<sid>")
@needs("delete:sessions")
def end_session(sid: str) -> tuple[str, int]:
    """A request that is accepted, whether or not there is such a session."""
    session = store().sessions.get(sid)
    if session is not None:
        _end(session)
        record_write("Delete a session", user_id=session.user_id)
    return "", 202


@api.post("/sessions/<sid>/revoke")
@needs("delete:sessions", "delete:refresh_tokens", every=True)
def revoke_session(sid: str) -> tuple[str, int]:
    session = _session_or_404(sid)
    _end(session)
    _revoke([token for token in store().refresh_tokens.values() if token.sid == sid])
    record_write("Revoke a session", user_id=session.user_id)
    return "", 202


@api.post("/users/<user_id>/revoke-access")
@needs("delete:sessions", "delete:refresh_tokens", every=True)
def revoke_access(user_id: str) -> tuple[str, int]:
    """One session or all of them, and their refresh tokens unless these are to be kept."""
    user_or_404(user_id)
    sent = body(_REVOCATION)
    wanted = sent.get("session_id")
    for session in _sessions(user_id):
        if wanted in (None, session.sid):
            _end(session)
    if not sent.get("preserve_refresh_tokens", False):
        _revoke([token for token in _tokens(user_id) if wanted in (None, token.sid)])
    record_write("Revoke access of a user", user_id=user_id)
    return "", 202


@api.get("/users/<user_id>/refresh-tokens")
@needs("read:refresh_tokens")
def list_refresh_tokens(user_id: str) -> Response:
    known_query("from", "take", "include_totals")
    user_or_404(user_id)
    return jsonify(checkpoint([refresh_token_shape(token) for token in _tokens(user_id)], "tokens", "id"))


@api.delete("/users/<user_id>/refresh-tokens")
@needs("delete:refresh_tokens")
def delete_refresh_tokens(user_id: str) -> tuple[str, int]:
    user_or_404(user_id)
    _revoke(_tokens(user_id))
    record_write("Delete the refresh tokens of a user", user_id=user_id)
    return "", 202


def _session_or_404(sid: str) -> Session:
    session = store().sessions.get(sid)
    if session is None:
        raise not_found("Session")
    return session


def _sessions(user_id: str) -> list[Session]:
    return [session for session in store().sessions.values() if session.user_id == user_id]


def _tokens(user_id: str) -> list[RefreshToken]:
    tokens = store().refresh_tokens.values()
    return [token for token in tokens if token.user_id == user_id and not token.revoked]


def _end(session: Session) -> None:
    backchannel.end(store(), session, backchannel.REVOKED)


def _revoke(tokens: list[RefreshToken]) -> None:
    for token in tokens:
        token.revoked = True
