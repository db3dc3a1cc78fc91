"""The social-auth backend for Auth0, and the one that answers for Django's permissions."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, cast
from urllib.parse import quote, urlencode

import jwt
from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from social_core.backends.auth0_openidconnect import Auth0OpenIdConnectAuth
from social_core.exceptions import (
    AuthConfigurationError,
    AuthProviderError,
    AuthResponseError,
    ErrorStage,
    SocialAuthBaseException,
)
from social_django.strategy import DjangoStrategy

from accounts import conf
from accounts.auth0 import http, metadata
from accounts.auth0.answers import json_or_none
from accounts.auth0.claims import clocks, misdated
from accounts.auth0.client_assertion import client_proof
from accounts.auth0.tenant import current_tenant, is_access_token, web_client
from accounts.identity import users
from accounts.login.authorization_request import AuthorizationRequest

logger = logging.getLogger(__name__)

# What a token endpoint may answer (RFC 6749, section 5.1; OpenID Connect Core, section 3.1.3.3).
TOKEN_MEMBERS = frozenset({"access_token", "token_type", "expires_in", "refresh_token", "scope", "id_token"})
ANNOUNCES_ISSUER = "authorization_response_iss_parameter_supported"
TRANSACTION = "accounts_transaction"


class Auth0Backend(Auth0OpenIdConnectAuth[HttpResponse]):
    """Signs people in with one outgoing call, the token exchange, once documents and keys are cached.

    A token with `mfa` costs one more, for the list of factors, where no fresh one is cached
    (`accounts.signals`); that one serves the page that follows.

    Set `transaction` before `auth_url()`, and keep `opened` after it. After `auth_complete()` it is the one
    that they came back from.
    """

    # Read once: social-auth keeps its backends by name.
    name = conf.provider()
    DEFAULT_USE_PKCE = True
    TOKEN_ENDPOINT_AUTH_METHOD = "client_secret_post"  # noqa: S105  # a method, not a secret
    # All times are judged in one place: see `validate_temporal_claims`.
    JWT_DECODE_OPTIONS = {
        "require": ["exp", "iat", "sub"],
        "verify_exp": False,
        "verify_iat": False,
        "verify_nbf": False,
    }
    transaction: AuthorizationRequest | None = None
    # What has to be kept until they are back, once `auth_url()` has begun.
    opened: dict[str, Any] | None = None
    # Whoever has come back with a code has one try, which is made even where the tenant has been failing.
    has_come_back = False

    @property
    def request_from_browser(self) -> HttpRequest:
        """The request that this trip begins or ends with."""
        return cast(HttpRequest, cast(DjangoStrategy, self.strategy).request)

    def get_key_and_secret(self) -> tuple[str, str]:
        client = web_client()
        return client.client_id, client.client_secret

    def auth_complete_params(self, state: str | None = None) -> dict[str, str]:
        params: dict[str, str] = super().auth_complete_params(state)  # type: ignore[no-untyped-call]
        del params["client_secret"]
        return params | client_proof(web_client(), current_tenant())

    def get_user(self, user_id: Any) -> Any:
        """Return a user with all that a request needs to know, in one query; nobody who is blocked."""
        user = users().filter(pk=user_id).first()
        return user if user and user.is_active else None

    def oidc_endpoint(self) -> str:
        return current_tenant().origin

    def id_token_issuer(self) -> str:
        return current_tenant().issuer

    # The way there

    def auth_url(self) -> str:
        """Build the URL by plain encoding.

        The library decodes its own again, so that `&` or `#` inside a value adds or cuts parameters.
        """
        state = self.get_or_create_state()
        params: dict[str, str] = self.auth_params(state)  # type: ignore[no-untyped-call]
        scopes = self.get_scope()
        if self.transaction:
            self._store_authorization_request(state, self.transaction)
            params |= self.transaction.parameters()
            scopes = [*scopes, *(self.transaction.scope or "").split()]
        params["scope"] = " ".join(dict.fromkeys(scopes))
        self.opened = self.strategy.session_pop(self.transaction_key(str(state)))
        self.strategy.session_pop(self._transaction_index_key())
        return f"{self.authorization_url()}?{urlencode(params, quote_via=quote)}"

    def _store_authorization_request(self, state: str | None, transaction: AuthorizationRequest) -> None:
        """Tie what was asked to the state, and so to this browser and this one trip."""
        key = self.transaction_key(str(state))
        kept = self.strategy.session_get(key) or {}
        self.strategy.session_set(key, {**kept, TRANSACTION: transaction.dump()})

    # The way back

    def reopen(self, kept: dict[str, Any]) -> AuthorizationRequest | None:
        """Put back what was kept of a request, for the library to look at and use up."""
        self.strategy.session_set(self.transaction_key(kept["state"]), kept)
        return AuthorizationRequest.load(kept.get(TRANSACTION))

    def close(self, state: object) -> None:
        """Leave nothing of a request in the session, however it ended."""
        self.strategy.session_pop(self.transaction_key(str(state)))

    def validate_state(self) -> str | None:
        """Use the state up, once: an answer is looked into only after this."""
        if self.has_come_back:
            return str(self.get_request_state())  # type: ignore[no-untyped-call]
        self.has_come_back = True
        state: str | None = super().validate_state()
        self.transaction = AuthorizationRequest.load((self._oauth2_transaction or {}).get(TRANSACTION))
        return state

    def process_error(self, data: Any, *, stage: ErrorStage = "callback") -> None:
        """Believe no answer of the callback, not even an error, before it's known whose it is."""
        if stage == "callback":
            self.validate_state()
            self._check_issuer()
        super().process_error(data, stage=stage)

    def _check_issuer(self) -> None:
        """Refuse an answer of another server than the one that was asked (RFC 9207, section 2.4)."""
        said = self.request_from_browser.GET.getlist("iss")
        if said == [current_tenant().issuer]:
            return
        if said or self.oidc_config().get(ANNOUNCES_ISSUER) is True:
            raise AuthResponseError(self, claim="iss", code="invalid_claim", stage="callback")

    def validate_temporal_claims(self, id_token: dict[str, Any]) -> None:
        """Judge every time of the token with one leeway, and by the trip that asked for it.

        The library gives `nbf` none, and takes a token that is minutes older than the question.
        """
        now = timezone.now()
        fault = misdated(id_token, now, self._asked_at(now))
        if fault is not None:
            said = {"clocks": self.clocks(id_token)}
            raise AuthResponseError(self, code=fault.value, stage="token_validation", context=said)

    def clocks(self, id_token: Mapping[str, Any]) -> str:
        """The times of both sides, for the log."""
        now = timezone.now()
        return clocks(id_token, now, self._asked_at(now))

    def _asked_at(self, now: datetime) -> datetime:
        """When the trip began; what belongs to none may not be older than this moment."""
        return self.transaction.began_at if self.transaction else now

    def user_data(self, *_args: Any, **kwargs: Any) -> dict[str, Any]:
        """Take the profile from the ID token: `/userinfo` allows a person five calls a minute.

        The library merges it over the token endpoint's answer, so a claim named like a member of that answer
        would stand for the real one: a `scope` that nobody granted, a lifetime without end.
        """
        taken = {*TOKEN_MEMBERS, *kwargs["response"]}
        return {name: value for name, value in (self.id_token or {}).items() if name not in taken}

    def extra_data(self, *_args: Any, **_kwargs: Any) -> dict[str, Any]:
        """Store nothing: the library would keep access and refresh tokens in plain text."""
        return {}

    # What is asked of the tenant

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
        if not isinstance(config, dict):
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


def _is_plain_jwt(header: Mapping[str, Any]) -> bool:
    """Tell an ID token from the tenant's other tokens, by the type in its header (RFC 8725, section 3.11)."""
    return str(header.get("typ", "JWT")).upper() == "JWT"


def _without_none(value: Any) -> Any:
    """Leave out parameters that are not set: httpx would send them empty."""
    return {k: v for k, v in value.items() if v is not None} if isinstance(value, dict) else value


class PermissionsBackend(ModelBackend):
    """Answers `has_perm` from Django's own users and groups, and lets nobody in by password."""

    def authenticate(self, *_args: Any, **_credentials: Any) -> None:
        return None

    async def aauthenticate(self, *_args: Any, **_credentials: Any) -> None:
        return None
