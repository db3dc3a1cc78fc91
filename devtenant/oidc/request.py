"""Reading an /authorize request: whose it is, and whether it can be answered."""

from __future__ import annotations

from devtenant.oidc import scopes
from devtenant.oidc.errors import OAuthError
from devtenant.oidc.urls import callback_allowed
from devtenant.records import DATABASE, GOOGLE, Client
from devtenant.store import Store

PROMPTS = {"none", "login", "consent", "select_account"}


def client_of(store: Store, parameters: dict[str, str]) -> Client:
    """The application, once its return address is trusted. Errors here never redirect (RFC 6749 4.1.2.1)."""
    for name in ("client_id", "redirect_uri"):
        if not parameters.get(name):
            raise OAuthError("invalid_request", f"Missing required parameter: {name}")
    client = store.clients.get(parameters["client_id"])
    if client is None:
        raise OAuthError("invalid_request", f"Unknown client: {parameters['client_id']}")
    parameters["redirect_uri"] = parameters["redirect_uri"].partition("#")[0]
    if not callback_allowed(store, client, parameters["redirect_uri"]):
        reason = (
            f"Callback URL mismatch. {parameters['redirect_uri']} is not in the list of allowed callback URLs"
        )
        raise OAuthError("unauthorized_client", reason, 403)
    return client


def check(store: Store, client: Client, parameters: dict[str, str]) -> None:
    """Refuse what this application may not ask; these errors go back to it."""
    _check_response(client, parameters)
    _check_prompt(parameters.get("prompt", "").split())
    _check_max_age(parameters.get("max_age"))
    _check_pkce(parameters)
    if parameters.get("connection") not in (None, "", DATABASE, GOOGLE):
        raise OAuthError("invalid_request", "the connection was not found")
    scopes.for_user(store, client, parameters.get("audience", ""), parameters.get("scope", "").split())


def _check_response(client: Client, parameters: dict[str, str]) -> None:
    kind = parameters.get("response_type")
    if not kind:
        raise OAuthError("invalid_request", "Missing required parameter: response_type")
    if kind != "code":
        raise OAuthError("unsupported_response_type", f"Unsupported response type: {kind}")
    if parameters.get("response_mode", "query") != "query":
        raise OAuthError("invalid_request", f"Unsupported response mode: {parameters['response_mode']}")
    if "authorization_code" not in client.grant_types:
        raise OAuthError("unauthorized_client", "Grant type 'authorization_code' not allowed for the client.")


def _check_prompt(prompts: list[str]) -> None:
    unknown = set(prompts) - PROMPTS
    if unknown:
        raise OAuthError("invalid_request", f"Unsupported prompt value: {' '.join(sorted(unknown))}")
    if "none" in prompts and len(prompts) > 1:
        raise OAuthError("invalid_request", "prompt=none cannot be combined with other values")


def _check_max_age(value: str | None) -> None:
    if value is not None and not (value.isascii() and value.isdigit()):
        raise OAuthError("invalid_request", "max_age must be a whole number of seconds")


def _check_pkce(parameters: dict[str, str]) -> None:
    method = parameters.get("code_challenge_method")
    if method not in (None, "S256", "plain"):
        raise OAuthError("invalid_request", f"Unsupported code_challenge_method: {method}")
    if method and not parameters.get("code_challenge"):
        raise OAuthError("invalid_request", "Missing required parameter: code_challenge")
