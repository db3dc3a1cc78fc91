"""The post-login flow at a refresh: it can add claims and deny, and it can ask nobody for anything."""

from __future__ import annotations

from devtenant.actions import event, execution, flow
from devtenant.actions.execution import ActionError
from devtenant.oidc.errors import OAuthError
from devtenant.records import CustomClaims, RefreshToken, User
from devtenant.store import Store


def claims(store: Store, grant: RefreshToken, user: User, scope: str) -> CustomClaims:
    """Run every bound Action; what they add comes back."""
    found, session = CustomClaims(), store.sessions.get(grant.sid)
    for action in execution.bound(store):
        about = event.of_refresh(store, user, session, grant, scope)
        try:
            for command in execution.run(store, action, about):
                if command["kind"] == "deny":
                    raise OAuthError("access_denied", command["reason"], 403)
                if command["kind"] in flow.PROMPTS or _asks(command):
                    raise OAuthError("mfa_required", "Multifactor authentication required", 403)
                if command["kind"] != "enable":
                    flow.note(found, command)
        except ActionError as error:
            store.log("fertft", str(error), user_id=user.user_id, client_id=grant.client_id)
            raise OAuthError("access_denied", str(error), 403) from error
    return found


def _asks(command: dict[str, object]) -> bool:
    return command["kind"] == "enable" and command["provider"] != "none"
