"""Ends what somebody is signed in with, at the tenant and in apps."""

from http import HTTPStatus

from accounts.auth0.errors import Problem, TenantError
from enrollment.gateways.management import ManagementGateway


class AccessGateway(ManagementGateway):
    """Tokens already given to apps live on to their end; nothing ends those."""

    def revoke_access(self, sub: str) -> None:
        """End every session and refresh token. Scopes: delete:sessions and delete:refresh_tokens."""
        api = self._users(sub).with_raw_response
        self._change(HTTPStatus.ACCEPTED, lambda: api.revoke_access(sub, preserve_refresh_tokens=False))

    def revoke_session(self, sub: str, sid: str) -> None:
        """End one session of a person's, and its refresh tokens. Scopes as above."""
        api = self._users(sub).with_raw_response
        # Without its name, all of theirs would end.
        if not sid:
            raise TenantError(Problem.NOT_FOUND)
        self._change(HTTPStatus.ACCEPTED, lambda: api.revoke_access(sub, session_id=sid))

    def end_sessions(self, sub: str) -> None:
        """End every session. Scope: delete:sessions; a plan without the sessions API answers 403 or 404."""
        api = self._users(sub).sessions.with_raw_response
        self._change(HTTPStatus.ACCEPTED, lambda: api.delete(sub))

    def revoke_refresh_tokens(self, sub: str) -> None:
        """End every refresh token. Scope: delete:refresh_tokens."""
        api = self._users(sub).refresh_token.with_raw_response
        self._change(HTTPStatus.ACCEPTED, lambda: api.delete(sub))
