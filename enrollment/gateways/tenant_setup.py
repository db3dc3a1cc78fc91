"""How the tenant is set up, as far as it can be read: for the doctor alone, and not for pages."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any, TypeVar

from django.utils import timezone

from accounts.auth0 import http
from accounts.auth0.answers import json_of
from accounts.auth0.errors import Certainty, Problem, TenantError, from_answer, from_transport
from accounts.auth0.http import TransportError
from accounts.auth0.tenant import Tenant, current_tenant
from enrollment.doctor.application import BY_KEY, Application, MyAccountApi, UserGrant
from enrollment.gateways.management import PAGE_SIZE, ManagementGateway

DISCOVERY = "/.well-known/openid-configuration"
BACKCHANNEL = "backchannel_logout_supported"
# Every tenant has that document: a refusal comes from something that is no tenant, or is gone.
PASSING = frozenset({Problem.RATE_LIMITED, Problem.OUT_OF_ORDER, Problem.TIMEOUT})

T = TypeVar("T")


@dataclass(frozen=True)
class Described:
    """The issuer by the tenant's own word, and how far its clock is ahead of ours, where it said."""

    issuer: str
    skew: timedelta | None
    offers_backchannel: bool = False


def described(tenant: Tenant | None = None) -> Described:
    """Read the discovery document (OpenID Connect Discovery 1.0, section 4), past every cache."""
    try:
        answer = http.client().get((tenant or current_tenant()).url(DISCOVERY))
    except TransportError as error:
        raise from_transport(error, Certainty.NOT_DONE) from None
    if answer.status_code != HTTPStatus.OK:
        refused = from_answer(answer.status_code, answer.headers, None, Certainty.NOT_DONE)
        raise refused if refused.code in PASSING else TenantError(Problem.GARBAGE, status=refused.status)
    try:
        said = json_of(answer)
        skew = _skew(answer.headers.get("date"), timezone.now())
        return Described(str(said["issuer"]), skew, said.get(BACKCHANNEL) is True)
    except (ValueError, KeyError, TypeError):
        raise TenantError(Problem.GARBAGE) from None


def _skew(date: str | None, now: datetime) -> timedelta | None:
    try:
        return parsedate_to_datetime(date) - now if date else None
    except (ValueError, TypeError):
        return None


def _authentication(methods: Any, by_secret: Any) -> str:
    """Name how an application proves itself: by a key it has registered, else as it takes its secret."""
    return BY_KEY if methods and methods.private_key_jwt else str(by_secret or "")


def _initiators(settings: Any) -> tuple[str, ...]:
    """Name what has logout tokens sent; `all` stands for everything."""
    if settings is None:
        return ()
    chosen = settings.selected_initiators or ()
    return ("all",) if settings.mode == "all" else tuple(str(name) for name in chosen)


class SetupGateway(ManagementGateway):
    """Each answer is None where the scope for it is not granted."""

    def granted(self) -> frozenset[str] | None:
        """Return the scopes of a new token: one that is kept may be older than a change of the grant."""
        return self.tokens.refresh().value.scopes

    def application(self, client_id: str) -> Application | None:
        """Return what is registered for an application; needs read:clients, which nothing else does."""

        def read() -> Application:
            found = self.api.clients.get(client_id)
            logout = found.oidc_logout
            return Application(
                tuple(found.callbacks or ()),
                tuple(found.allowed_logout_urls or ()),
                _authentication(found.client_authentication_methods, found.token_endpoint_auth_method),
                backchannel_urls=tuple((logout and logout.backchannel_logout_urls) or ()),
                initiators=_initiators(logout and logout.backchannel_logout_initiators),
            )

        return self._where_allowed(read, absent=Application(is_registered=False))

    def my_account(self, audience: str) -> MyAccountApi | None:
        """Return how the API of that audience is set; needs read:resource_servers."""

        def read() -> MyAccountApi:
            allowed = self.api.resource_servers.get(audience).subject_type_authorization
            policy = allowed.user.policy if allowed and allowed.user else None
            return MyAccountApi(is_active=True, policy=str(policy or ""))

        return self._where_allowed(read, absent=MyAccountApi(is_active=False))

    def grants(self, client_id: str, audience: str) -> tuple[UserGrant, ...] | None:
        """Return the client grants of an application for an API; needs read:client_grants."""
        none: tuple[UserGrant, ...] = ()

        def read() -> tuple[UserGrant, ...]:
            pager = self.api.client_grants.list(client_id=client_id, audience=audience, take=PAGE_SIZE)
            return tuple(
                UserGrant(str(each.subject_type or ""), tuple(each.scope or ()), bool(each.allow_all_scopes))
                for each in pager.items or []
            )

        return self._where_allowed(read, absent=none)

    def switches(self) -> dict[str, bool] | None:
        return _unless_forbidden(self.list_factors)

    def policies(self) -> tuple[str, ...] | None:
        return _unless_forbidden(self.get_policies)

    def _where_allowed(self, call: Callable[[], T], *, absent: T) -> T | None:
        """Return what was read; `absent` where the tenant has no such thing."""
        try:
            return _unless_forbidden(lambda: self._read(call))
        except TenantError as error:
            if error.code is Problem.NOT_FOUND:
                return absent
            raise


def _unless_forbidden(call: Callable[[], T]) -> T | None:
    try:
        return call()
    except TenantError as error:
        if error.code is Problem.FORBIDDEN:
            return None
        raise
