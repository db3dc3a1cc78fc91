"""The `event` of a post-login Action, as Auth0's reference describes it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import request

from devtenant.mfa import kinds, options
from devtenant.records import DATABASE, RefreshToken, Session, Transaction, User
from devtenant.store import Store, iso

REFRESH, LOGIN = "oauth2-refresh-token", "oidc-basic-profile"
# A session names its methods as the Management API does, Actions as their own calls do.
_ACTION_TYPES = {kind.method_type: kind.action_type for kind in kinds.ALL}


def of_login(store: Store, user: User, session: Session, tx: Transaction) -> dict[str, Any]:
    """The event of a sign-in."""
    about = _common(store, user, session, tx.client_id, tx.params.get("audience", ""))
    if tx.mfa_at is not None:
        about["authentication"]["methods"] += _methods(
            [{"name": "mfa", "timestamp": tx.mfa_at, "type": tx.mfa_type}]
        )
    about["transaction"] = {
        "id": tx.id,
        "protocol": LOGIN,
        "acr_values": tx.acr_values,
        "requested_scopes": tx.scopes,
        "prompt": tx.params.get("prompt", "").split(),
        "ui_locales": tx.params.get("ui_locales", "").split(),
        "redirect_uri": tx.params["redirect_uri"],
        "response_type": ["code"],
        "state": tx.params.get("state", ""),
    }
    if "login_hint" in tx.params:
        about["transaction"]["login_hint"] = tx.params["login_hint"]
    if tx.flow.risk:
        about["authentication"]["riskAssessment"] = {"version": "1", **asdict(tx.flow.risk)}
    return about


def of_refresh(
    store: Store, user: User, session: Session | None, grant: RefreshToken, scope: str
) -> dict[str, Any]:
    """The event of a refresh, at which nobody can be asked anything."""
    about = _common(store, user, session, grant.client_id, grant.audience)
    about["transaction"] = {"protocol": REFRESH, "requested_scopes": scope.split(), "acr_values": []}
    return about


def _common(
    store: Store, user: User, session: Session | None, client_id: str, audience: str
) -> dict[str, Any]:
    client, strategy = store.clients[client_id], "auth0" if user.connection == DATABASE else user.connection
    about: dict[str, Any] = {
        "authentication": {"methods": _methods(session.methods if session else [])},
        "authorization": {"roles": list(user.roles)},
        "client": {"client_id": client_id, "name": client.name, "metadata": {}},
        "connection": {"name": user.connection, "strategy": strategy, "metadata": {}},
        "request": _request(store),
        "secrets": {},
        "stats": {"logins_count": user.logins_count},
        "tenant": {"id": store.settings.friendly_name},
        "user": _user(store, user),
    }
    if audience:
        about["resource_server"] = {"identifier": audience}
    if session:
        about["session"] = {"id": session.sid, "created_at": iso(session.created_at)}
    return about


def _methods(methods: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """They gather over a whole session, so only their times tell what this sign-in has proved."""
    found = []
    for method in methods:
        shown = {**method, "timestamp": iso(method["timestamp"])}
        if "type" in method:
            shown["type"] = _ACTION_TYPES.get(method["type"], method["type"])
        found.append(shown)
    return found


def _request(store: Store) -> dict[str, Any]:
    place = store.settings.location
    return {
        "ip": request.remote_addr,
        "hostname": request.host,
        "method": request.method,
        "user_agent": request.user_agent.string,
        "language": request.accept_languages.to_header(),
        "geoip": {"countryCode": place.get("country_code"), "cityName": place.get("city_name")},
    }


def _user(store: Store, user: User) -> dict[str, Any]:
    return {
        "user_id": user.user_id,
        "email": user.email,
        "email_verified": user.email_verified,
        "name": user.name,
        "nickname": user.nickname,
        "given_name": user.given_name,
        "family_name": user.family_name,
        "picture": user.picture,
        "created_at": iso(user.created_at),
        "updated_at": iso(user.updated_at),
        "last_password_reset": iso(user.last_password_reset),
        "app_metadata": user.app_metadata,
        "user_metadata": user.user_metadata,
        "identities": [{"connection": user.connection, "user_id": user.identity_id}],
        "enrolledFactors": _factors(store, user),
        "multifactor": ["guardian"] if options.challenges(store, user) else [],
    }


def _factors(store: Store, user: User) -> list[dict[str, Any]]:
    """What is enrolled and switched on, an address that can receive codes among it."""
    names = [option.kind.action_type for option in options.answers(store, user)]
    return [{"type": name, "options": {}} for name in dict.fromkeys(names)]
