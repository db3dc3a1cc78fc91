"""The social-auth backend for Auth0, and the one that answers for Django's permissions."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast
from urllib.parse import quote, urlencode

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest
from django.utils import timezone
from social_core.exceptions import (
    AuthResponseError,
    ErrorStage,
)
from social_django.strategy import DjangoStrategy

from accounts import conf
from accounts.auth0.claims import clocks, misdated
from accounts.auth0.tenant import current_tenant
from accounts.identity import users
from accounts.login.authorization_request import AuthorizationRequest
from accounts.login.tenant_calls import TenantCalls

# What a token endpoint may answer (RFC 6749, section 5.1; OpenID Connect Core, section 3.1.3.3).
TOKEN_MEMBERS = frozenset({"access_token", "token_type", "expires_in", "refresh_token", "scope", "id_token"})
ANNOUNCES_ISSUER = "authorization_response_iss_parameter_supported"
TRANSACTION = "accounts_transaction"


class Auth0Backend(TenantCalls):
    """Signs people in with one outgoing call, the token exchange, once documents and keys are cached.

    A token with `mfa` costs one more, for the list of factors, where no fresh one is cached
    (`accounts.signals`); that one serves the page that follows.

    Set `authorization_request` before `auth_url()`, and keep `opened` after it. After `auth_complete()` it is
    the one that they came back from.
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
    authorization_request: AuthorizationRequest | None = None
    # What has to be kept until they are back, once `auth_url()` has begun.
    opened: dict[str, Any] | None = None

    @property
    def request_from_browser(self) -> HttpRequest:
        """The request that begins or ends this sign-in."""
        return cast(HttpRequest, cast(DjangoStrategy, self.strategy).request)

    def get_user(self, user_id: Any) -> Any:
        """Return a user with all that a request needs to know, in one query; nobody who is blocked."""
        user = users().filter(pk=user_id).first()
        return user if user and user.is_active else None

    # The way there

    def auth_url(self) -> str:
        """Build the URL by plain encoding.

        The library decodes its own again, so that `&` or `#` inside a value adds or cuts parameters.
        """
        state = self.get_or_create_state()
        params: dict[str, str] = self.auth_params(state)  # type: ignore[no-untyped-call]
        scopes = self.get_scope()
        if self.authorization_request:
            self._store_authorization_request(state, self.authorization_request)
            params |= self.authorization_request.parameters()
            scopes = [*scopes, *(self.authorization_request.scope or "").split()]
        params["scope"] = " ".join(dict.fromkeys(scopes))
        self.opened = self.strategy.session_pop(self.transaction_key(str(state)))
        self.strategy.session_pop(self._transaction_index_key())
        return f"{self.authorization_url()}?{urlencode(params, quote_via=quote)}"

    def _store_authorization_request(self, state: str | None, asked: AuthorizationRequest) -> None:
        """Tie what was asked to the state, and so to this browser and this one request."""
        key = self.transaction_key(str(state))
        kept = self.strategy.session_get(key) or {}
        self.strategy.session_set(key, {**kept, TRANSACTION: asked.dump()})

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
        self.authorization_request = AuthorizationRequest.load(
            (self._oauth2_transaction or {}).get(TRANSACTION)
        )
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
        """Judge every time of the token with one leeway, and by the request that asked for it.

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
        """When the request was made; what belongs to none may not be older than this moment."""
        return self.authorization_request.began_at if self.authorization_request else now

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


class PermissionsBackend(ModelBackend):
    """Answers `has_perm` from Django's own users and groups, and lets nobody in by password."""

    def authenticate(self, *_args: Any, **_credentials: Any) -> None:
        return None

    async def aauthenticate(self, *_args: Any, **_credentials: Any) -> None:
        return None
