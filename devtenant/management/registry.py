"""Applications, their grants, APIs, connections and tenant settings, as a set-up check reads them."""

import hashlib
from collections.abc import Iterator
from typing import Any

from flask import Response, jsonify, request

from devtenant.current import store
from devtenant.management.api import api, caller, needs, record_write
from devtenant.management.errors import ManagementError, conflict, not_found
from devtenant.management.payload import FILLED, FLAG, TEXTS, body, known_query, one_of, page, paged, strict
from devtenant.management.shapes import client_shape
from devtenant.records import DATABASE, GOOGLE, Api, Client

Json = dict[str, Any]
_SUBJECTS = {"client": "grants", "user": "user_grants"}
_GRANT = strict(
    ["client_id", "audience"],
    client_id=FILLED,
    audience=FILLED,
    scope=TEXTS,
    subject_type=one_of("client", "user"),
    allow_all_scopes=FLAG,
)


@api.get("/clients")
@needs("read:clients", "read:client_keys", "read:client_summary")
def list_clients() -> Response:
    known_query("page", "per_page", "include_totals", "from", "take", "is_global", "app_type")
    return jsonify(paged([_client(client) for client in store().clients.values()], "clients", "client_id"))


@api.get("/clients/<client_id>")
@needs("read:clients", "read:client_keys", "read:client_summary")
def get_client(client_id: str) -> Response:
    known_query("fields", "include_fields")
    if client_id not in store().clients:
        raise not_found("Client")
    return jsonify(_client(store().clients[client_id]))


@api.get("/client-grants")
@needs("read:client_grants")
def list_grants() -> Response:
    filters = ("audience", "client_id", "subject_type")
    known_query("page", "per_page", "include_totals", "from", "take", *filters)
    wanted = {name: request.args[name] for name in filters if name in request.args}
    found = [grant for grant in _grants() if wanted.items() <= grant.items()]
    return jsonify(paged(found, "client_grants", "id"))


@api.post("/client-grants")
@needs("create:client_grants")
def create_grant() -> tuple[Response, int]:
    sent = body(_GRANT)
    client = store().clients.get(sent["client_id"])
    if client is None or sent["audience"] not in store().apis:
        raise not_found("Client" if client is None else "Resource server")
    subject = sent.get("subject_type", "client")
    granted = getattr(client, _SUBJECTS[subject])
    if sent["audience"] in granted:
        raise conflict("A client grant for this client and audience exists already.")
    granted[sent["audience"]] = sent.get("scope", [])
    record_write("Create a client grant")
    return jsonify(_grant(client, subject, sent["audience"])), 201


@api.patch("/client-grants/<grant_id>")
@needs("update:client_grants")
def update_grant(grant_id: str) -> Response:
    client, grant = _grant_or_404(grant_id)
    sent = body(strict(scope=TEXTS))
    granted = getattr(client, _SUBJECTS[grant["subject_type"]])
    granted[grant["audience"]] = sent.get("scope", granted[grant["audience"]])
    record_write("Update a client grant")
    return jsonify(_grant(client, grant["subject_type"], grant["audience"]))


@api.delete("/client-grants/<grant_id>")
@needs("delete:client_grants")
def delete_grant(grant_id: str) -> tuple[str, int]:
    if any(grant["id"] == grant_id for grant in _grants()):
        client, grant = _grant_or_404(grant_id)
        del getattr(client, _SUBJECTS[grant["subject_type"]])[grant["audience"]]
        record_write("Delete a client grant")
    return "", 204


@api.get("/resource-servers")
@needs("read:resource_servers")
def list_apis() -> Response:
    known_query("page", "per_page", "include_totals", "include_fields", "identifiers")
    wanted = request.args.getlist("identifiers")
    apis = [each for each in _apis() if not wanted or each.audience in wanted]
    return jsonify(page([_api(each) for each in apis], "resource_servers"))


@api.get("/resource-servers/<path:identifier>")
@needs("read:resource_servers")
def get_api(identifier: str) -> Response:
    """By the id or by the audience itself."""
    known_query("include_fields")
    for each in _apis():
        if identifier in (each.audience, _api(each)["id"]):
            return jsonify(_api(each))
    raise not_found("Resource server")


@api.get("/connections")
@needs("read:connections")
def list_connections() -> Response:
    known_query("page", "per_page", "include_totals", "from", "take", "strategy", "name")
    connections = [_connection(DATABASE, "auth0"), _connection(GOOGLE, GOOGLE)]
    for name in ("strategy", "name"):
        connections = [each for each in connections if request.args.get(name) in (None, each[name])]
    return jsonify(paged(connections, "connections", "id"))


@api.get("/tenants/settings")
@needs("read:tenant_settings")
def tenant_settings() -> Response:
    known_query("fields", "include_fields")
    settings = store().settings
    return jsonify(
        friendly_name=settings.friendly_name,
        customize_mfa_in_postlogin_action=settings.customize_mfa_in_postlogin_action,
        enabled_locales=["en", "es"],
        session_lifetime=720,
        idle_session_lifetime=72,
        flags={},
    )


def _apis() -> Iterator[Api]:
    """The My Account API is there once it is activated."""
    active = store().settings.my_account_active
    yield from (each for each in store().apis.values() if active or not each.audience.endswith("/me/"))


def _client(client: Client) -> Json:
    return client_shape(client, secret="read:client_keys" in caller().scopes)


def _grants() -> Iterator[Json]:
    for client in store().clients.values():
        for subject, attribute in _SUBJECTS.items():
            for audience in getattr(client, attribute):
                yield _grant(client, subject, audience)


def _grant(client: Client, subject: str, audience: str) -> Json:
    return {
        "id": _id("cgr", f"{client.client_id} {subject} {audience}"),
        "client_id": client.client_id,
        "audience": audience,
        "scope": getattr(client, _SUBJECTS[subject])[audience],
        "subject_type": subject,
    }


def _grant_or_404(grant_id: str) -> tuple[Client, Json]:
    grant = next((each for each in _grants() if each["id"] == grant_id), None)
    if grant is None:
        raise ManagementError(404, "The client grant does not exist.", "inexistent_client_grant")
    return store().clients[grant["client_id"]], grant


def _api(each: Api) -> Json:
    return {
        "id": _id("", each.audience),
        "name": each.name,
        "identifier": each.audience,
        "is_system": each.system,
        "scopes": [{"value": scope, "description": scope} for scope in each.scopes],
        "signing_alg": "RS256",
        "token_lifetime": each.lifetime,
        "allow_offline_access": each.allow_offline_access,
    }


def _connection(name: str, strategy: str) -> Json:
    return {"id": _id("con", name), "name": name, "strategy": strategy, "options": {}, "realms": [name]}


def _id(prefix: str, of: str) -> str:
    """The same id at every start, in the form that this kind of thing has."""
    digest = hashlib.sha256(of.encode()).hexdigest()
    return f"{prefix}_{digest[:16]}" if prefix else digest[:24]
