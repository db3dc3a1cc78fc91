"""What signing in asks of the tenant: its documents, its keys, and the tokens for a code."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import jwt
from django.http import HttpResponse
from social_core.backends.auth0_openidconnect import Auth0OpenIdConnectAuth
from social_core.exceptions import (
    AuthConfigurationError,
    AuthProviderError,
    AuthResponseError,
    ErrorStage,
    SocialAuthBaseException,
)

from accounts.auth0 import http, metadata
from accounts.auth0.answers import json_or_none
from accounts.auth0.client_assertion import client_proof
from accounts.auth0.tenant import current_tenant, is_access_token, web_client

logger = logging.getLogger(__name__)


class TenantCalls(Auth0OpenIdConnectAuth[HttpResponse]):
    """The calls of social-auth's backend, made by the site's own client and believed only where they fit."""

    # Whoever has come back with a code has one try, which is made even where the tenant has been failing.
    has_come_back = False

    def get_key_and_secret(self) -> tuple[str, str]:
        client = web_client()
        return client.client_id, client.client_secret

    def auth_complete_params(self, state: str | None = None) -> dict[str, str]:
        params: dict[str, str] = super().auth_complete_params(state)  # type: ignore[no-untyped-call]
        del params["client_secret"]
        return params | client_proof(web_client(), current_tenant())

    def oidc_endpoint(self) -> str:
        return current_tenant().origin

    def id_token_issuer(self) -> str:
        return current_tenant().issuer

    def request(  # type: ignore[override]  # the library's answer is one of `requests`
        self,
        url: str,
        *,
        method: str = "GET",
        headers: Mapping[str, Any] | None = None,
        auth: tuple[str, str] | None = None,
        stage: ErrorStage = "user_info",
        **sent: Any,
    ) -> http.Response:
        """Ask the tenant by the site's own client, which follows no redirect.

        One that is followed takes the client's secret, code and verifier to another host, or brings signing
        keys from there. Raises social-core's own exceptions, as the method that this replaces.
        """
        # The site's own timeouts hold, whatever the library asks for.
        sent.pop("timeout", None)
        given = {name: _without_none(value) for name, value in sent.items() if value is not None}
        if auth is not None:
            given["auth"] = auth
        try:
            given["extensions"] = {http.INSIST: self.has_come_back}
            answer = http.client().request(method, url, headers=dict(headers or {}), **given)
        except http.TimeoutException:
            raise AuthProviderError(self, code="timeout", stage=stage) from None
        except http.TransportError:
            raise AuthProviderError(self, code="connection_failed", stage=stage) from None
        if not answer.is_success:
            raise self._error_from_answer(answer, stage)
        return answer

    def _error_from_answer(self, answer: http.Response, stage: ErrorStage) -> SocialAuthBaseException:
        """Tell what a refusal means: the provider's own word where it is known, else the status."""
        status, retry_after = answer.status_code, answer.headers.get("retry-after")
        if answer.is_redirect:
            said = f"redirect, HTTP {status}"
            return AuthProviderError(self, said, code="http_error", stage=stage, status_code=status)
        known = self.get_provider_error(
            json_or_none(answer), stage=stage, status_code=status, retry_after=retry_after
        )
        code = {429: "rate_limited"}.get(status, "unavailable" if answer.is_server_error else "http_error")
        return known or AuthProviderError(
            self, code=code, stage=stage, status_code=status, retry_after=retry_after
        )

    def request_access_token(self, *args: Any, **sent: Any) -> dict[Any, Any]:
        """Exchange the code, and read the ID token that comes for it."""
        with self._nonsense_refused("token_exchange"):
            answer: dict[Any, Any] = super().request_access_token(*args, **sent)
        if not is_access_token(answer["access_token"]):
            raise AuthResponseError(self, code="malformed_response", stage="token_exchange")
        return answer

    @contextmanager
    def _nonsense_refused(self, stage: ErrorStage) -> Iterator[None]:
        """Tell what the library trips over, as nesting without end, as the answer without sense that it is.

        The log gets the error's name alone: its text may quote what came.
        """
        try:
            yield
        except SocialAuthBaseException:
            raise
        except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError) as error:
            name = type(error).__name__
            raise AuthResponseError(self, name, code="malformed_response", stage=stage) from None

    # Documents and keys, shared by all processes

    def oidc_config(self) -> dict[str, Any]:
        url = self.oidc_config_url()
        with self._nonsense_refused("begin"):
            return metadata.discovery(
                self,
                url,
                lambda: self._checked_config(self.get_json(url, stage="begin")),
                insist=self.has_come_back,
            )

    def _checked_config(self, config: Any) -> dict[str, Any]:
        """Refuse a document that would send people, or their codes, anywhere but to the tenant."""
        if not isinstance(config, dict) or not isinstance(config.get("issuer"), str):
            raise AuthResponseError(self, code="malformed_response", stage="begin")
        if wrong := metadata.mismatched(config, current_tenant()):
            logger.error("The tenant's discovery document doesn't fit AUTH0_DOMAIN: %s", ", ".join(wrong))
            raise AuthConfigurationError(
                self, parameter="AUTH0_DOMAIN", code="invalid_setting", stage="begin"
            )
        return config

    def find_valid_key(self, id_token: str) -> dict[str, Any] | None:
        """Find the key by its id; `jwt.decode` then checks the signature, and pins the algorithm."""
        header = jwt.get_unverified_header(id_token)
        kid = header.get("kid")
        if not isinstance(kid, str) or not _is_plain_jwt(header):
            return None
        uri = self.jwks_uri()
        return metadata.signing_key(self, uri, kid, lambda: self.get_remote_jwks_keys(uri))

    def key_of_logout(self, kid: str) -> dict[str, Any] | None:
        """Find the key of a logout token. Nobody waits for it, so the tenant is not pressed."""
        uri = self.jwks_uri()
        with self._nonsense_refused("token_validation"):
            return metadata.signing_key(
                self,
                uri,
                kid,
                lambda: self.get_remote_jwks_keys(uri),
                insist=False,
                floor=metadata.FLOOR_OF_LOGOUTS,
            )


def _is_plain_jwt(header: Mapping[str, Any]) -> bool:
    """Tell an ID token from the tenant's other tokens, by the type in its header (RFC 8725, section 3.11)."""
    return str(header.get("typ", "JWT")).upper() == "JWT"


def _without_none(value: Any) -> Any:
    """Leave out parameters that are not set: httpx would send them empty."""
    return {k: v for k, v in value.items() if v is not None} if isinstance(value, dict) else value
