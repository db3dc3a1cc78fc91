"""Which scopes an application gets for an audience: what was asked, cut by its grants."""

from __future__ import annotations

from devtenant.oidc.errors import OAuthError
from devtenant.records import Api, Client
from devtenant.store import Store

OIDC = (
    "openid",
    "profile",
    "email",
    "address",
    "phone",
    "offline_access",
    "name",
    "given_name",
    "family_name",
    "nickname",
    "email_verified",
    "picture",
    "created_at",
    "identities",
)


def api_of(store: Store, audience: str) -> Api | None:
    """The API behind an audience; none for /userinfo and for no audience, which give opaque tokens."""
    if audience in ("", store.audience("userinfo")):
        return None
    if audience not in store.apis:
        raise OAuthError("access_denied", f"Service not found: {audience}", 403)
    return store.apis[audience]


def for_user(store: Store, client: Client, audience: str, asked: list[str]) -> list[str]:
    """Scopes of a token that acts for a person. The tenant's own APIs need a user grant."""
    granted = _user_scopes(client, api_of(store, audience))
    return [scope for scope in asked if scope in OIDC or scope in granted]


def for_client(store: Store, client: Client, audience: str, asked: list[str]) -> list[str]:
    """Scopes of a machine's own token; asking for more than was granted is refused."""
    api = api_of(store, audience)
    if api is None or audience not in client.grants:
        raise _not_granted(audience, "create a client-grant for this API")
    granted = client.grants[audience]
    missing = [scope for scope in asked if scope not in granted]
    if missing:
        raise OAuthError("access_denied", f"Client has not been granted scopes: {', '.join(missing)}", 403)
    return asked or list(granted)


def _user_scopes(client: Client, api: Api | None) -> list[str]:
    if api is None:
        return []
    granted = client.user_grants.get(api.audience)
    if granted is None and api.system:
        raise _not_granted(api.audience, "create a client-grant with the subject type user")
    return api.scopes if granted is None else [scope for scope in api.scopes if scope in granted]


def _not_granted(audience: str, advice: str) -> OAuthError:
    return OAuthError("access_denied", f'Client is not authorized to access "{audience}": {advice}.', 403)
