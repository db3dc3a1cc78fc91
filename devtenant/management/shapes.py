"""Records of the store in the Management API's words."""

from typing import Any

from devtenant.records import Client, Method, RefreshToken, Session, User
from devtenant.store import iso

Json = dict[str, Any]


def method_shape(method: Method) -> Json:
    """One authentication method as a list or a read shows it; an absent fact is an absent member."""
    shape: Json = {
        "id": method.id,
        "type": method.type,
        "confirmed": method.confirmed,
        "name": method.name or None,
        "authentication_methods": _nested(method),
        "preferred_authentication_method": method.preferred_authentication_method,
        "link_id": method.link_id,
        "phone_number": method.phone_number,
        "email": method.email,
        "key_id": method.key_id,
        "public_key": method.public_key,
        "created_at": iso(method.created_at),
        "enrolled_at": iso(method.enrolled_at),
        "last_auth_at": iso(method.last_auth_at),
        "credential_device_type": method.credential_device_type,
        "credential_backed_up": method.credential_backed_up,
        "identity_user_id": method.identity_user_id,
        "user_agent": method.user_agent,
        "aaguid": method.aaguid,
        "relying_party_identifier": method.relying_party_identifier,
    }
    return present(shape)


_UNWRITTEN = {
    *("confirmed", "link_id", "enrolled_at", "last_auth_at", "identity_user_id", "user_agent"),
    *("credential_device_type", "credential_backed_up"),
}


def written_shape(method: Method, *, confirmed: bool = False) -> Json:
    """What a create, a replacement or an update answers: fewer members than a read."""
    shape = {name: value for name, value in method_shape(method).items() if name not in _UNWRITTEN}
    if method.secret:
        shape["totp_secret"] = method.secret
    return shape | ({"confirmed": method.confirmed} if confirmed else {})


def user_shape(user: User) -> Json:
    return present(
        {
            "user_id": user.user_id,
            "email": user.email,
            "email_verified": user.email_verified,
            "name": user.name,
            "nickname": user.nickname,
            "given_name": user.given_name or None,
            "family_name": user.family_name or None,
            "picture": user.picture or None,
            "created_at": iso(user.created_at),
            "updated_at": iso(user.updated_at),
            "identities": [_identity(user)],
            "app_metadata": user.app_metadata,
            "user_metadata": user.user_metadata,
            "multifactor": _providers(user),
            "last_ip": user.last_ip,
            "last_login": iso(user.last_login),
            "logins_count": user.logins_count,
            "blocked": user.blocked or None,
        }
    )


def session_shape(session: Session) -> Json:
    return {
        "id": session.sid,
        "user_id": session.user_id,
        "created_at": iso(session.created_at),
        "updated_at": iso(session.last_interacted_at),
        "authenticated_at": iso(session.authenticated_at),
        "last_interacted_at": iso(session.last_interacted_at),
        "idle_expires_at": iso(session.last_interacted_at + 3 * 86400),
        "expires_at": iso(session.created_at + 30 * 86400),
        "device": {
            "initial_user_agent": session.user_agent,
            "initial_ip": session.ip or None,
            "last_user_agent": session.user_agent,
            "last_ip": session.ip or None,
        },
        "clients": [{"client_id": client_id} for client_id in session.clients],
        "authentication": {"methods": [_proof(method) for method in session.methods]},
    }


def client_shape(client: Client, *, secret: bool) -> Json:
    shape = {
        "client_id": client.client_id,
        "name": client.name,
        "global": False,
        "is_first_party": True,
        "oidc_conformant": True,
        "callbacks": client.callbacks,
        "allowed_logout_urls": client.allowed_logout_urls,
        "grant_types": client.grant_types,
        **_authentication(client),
        "oidc_logout": _logout(client),
        "app_type": "non_interactive" if client.grant_types == ["client_credentials"] else "regular_web",
    }
    return shape | ({"client_secret": client.client_secret} if secret else {})


def _logout(client: Client) -> Json:
    chosen = client.backchannel_logout_initiators
    custom = {"mode": "custom", "selected_initiators": chosen}
    return {
        "backchannel_logout_urls": client.backchannel_logout_urls,
        "backchannel_logout_initiators": {"mode": "all"} if "all" in chosen else custom,
    }


def _authentication(client: Client) -> Json:
    """How it proves itself: a key is told elsewhere than a way to send the secret."""
    if client.token_endpoint_auth_method != "private_key_jwt":
        return {"token_endpoint_auth_method": client.token_endpoint_auth_method}
    credentials = [{"id": f"cred_{number}"} for number in range(len(client.public_keys))]
    return {"client_authentication_methods": {"private_key_jwt": {"credentials": credentials}}}


def present(shape: Json) -> Json:
    return {name: value for name, value in shape.items() if value is not None}


def _nested(method: Method) -> list[Json] | None:
    device = method.id.partition("|")[2]
    if method.type == "phone":
        return [{"type": kind, "id": f"{kind}|{device}"} for kind in ("sms", "voice")]
    if method.type in ("push", "guardian"):
        return [{"type": kind, "id": f"{kind}|{device}"} for kind in ("push", "totp")]
    return None


def _identity(user: User) -> Json:
    provider = user.user_id.partition("|")[0]
    return {
        "connection": user.connection,
        "user_id": user.identity_id,
        "provider": provider,
        "isSocial": provider not in ("auth0", "email", "sms"),
    }


def _providers(user: User) -> list[str] | None:
    """The coarse list of the profile: the provider, not the factor, and nothing for e-mail alone."""
    kinds = {method.type for method in user.methods if method.confirmed} - {"email", "passkey"}
    return ["guardian"] if kinds else None


def _proof(method: Json) -> Json:
    return {**method, "timestamp": iso(method["timestamp"])}


def refresh_token_shape(token: RefreshToken) -> Json:
    """The id names the family of a token: the token itself is never shown."""
    return {
        "id": token.family,
        "user_id": token.user_id,
        "client_id": token.client_id,
        "session_id": token.sid,
        "created_at": iso(token.created_at),
        "rotating": True,
    }
