"""Auth0's My Account API, spoken for one person with their own token.

https://auth0.com/docs/manage-users/my-account-api
"""

import logging
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Protocol, Self, TypeVar
from urllib.parse import quote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from accounts.auth0 import http
from accounts.auth0.answers import RateLimitHeaders, json_of
from accounts.auth0.errors import UNREADABLE, Problem, TenantError, from_transport
from accounts.auth0.http import Client, Response, TransportError
from accounts.auth0.tenant import Tenant, current_tenant
from enrollment.account.methods import Method
from enrollment.gateways import parsers
from enrollment.gateways.my_account_errors import SUCCESS, Call, error_from_response, outcome_if_lost
from enrollment.gateways.parsers import ShapeError, StartedEnrollment
from enrollment.gateways.rate_limit import SharedRateLimiter, rate_limit_from_headers
from enrollment.kinds.base import Kind
from enrollment.models.locks import check_not_locked

logger = logging.getLogger(__name__)

# Failures before anything was sent.
UNSENT = frozenset({Problem.UNREACHABLE, Problem.LOCKED})
COLLECTION = "/me/v1/authentication-methods"

T = TypeVar("T")


class RateLimiter(Protocol):
    """Keeps account of one person's writes."""

    def reserve(self) -> float:
        """Set one write aside before it is made; raises where there is none left."""

    def settle(self, reserved_at: float, rate: RateLimitHeaders | None) -> None:
        """Take note of a write's end. One that is never settled counts until its minute is over."""


class Uncounted:
    """Keeps no account: for tools and tests that are alone with the tenant."""

    def reserve(self) -> float:
        return 0.0

    def settle(self, reserved_at: float, rate: object) -> None:
        pass


class MyAccountGateway:
    """Plain arguments in, neutral types out; every failure is a `TenantError`.

    A write is never repeated, except where it surely was not carried out; see `accounts.auth0.http`.
    """

    def __init__(
        self,
        tenant: Tenant,
        token: str,
        client: Client,
        meter: RateLimiter | None = None,
        check: Callable[[], None] = lambda: None,
    ) -> None:
        """`check` is called right before each try of a write, and raises what holds it back."""
        self.tenant = tenant
        self.client = client
        self.meter = meter or Uncounted()
        self.check = check
        self._headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}

    @classmethod
    def current(
        cls, token: str, meter: RateLimiter | None = None, check: Callable[[], None] = lambda: None
    ) -> Self:
        """Build the gateway that the settings describe; `my_account_for` has its writes counted."""
        try:
            return cls(current_tenant(), token, http.client(), meter, check)
        except ImproperlyConfigured:
            raise TenantError(Problem.NOT_CONFIGURED) from None

    def begin(
        self,
        kind: Kind,
        *,
        phone: str | None = None,
        channel: str | None = None,
        email: str | None = None,
    ) -> StartedEnrollment:
        """Begin an enrollment; for a phone (`channel` sms or voice) or email this sends the code.

        One write; sending the code again is another `begin`. Scope: create:me:authentication_methods.
        """
        said = {"phone_number": phone, "preferred_authentication_method": channel, "email": email}
        body = {
            "type": kind.my_account_type,
            **{name: value for name, value in said.items() if value is not None},
        }
        answer = self._write(Call.BEGIN, "POST", self.tenant.url(COLLECTION), body)
        return _read(
            lambda: parsers.started_from_json(kind, json_of(answer), self._location(answer)), Call.BEGIN
        )

    def verify(
        self,
        location: str,
        auth_session: str,
        *,
        code: str | None = None,
        passkey: Mapping[str, Any] | None = None,
    ) -> Method:
        """Confirm what was begun at a location; push and recovery codes need nothing but that.

        One write. `WRONG_CODE` means a wrong code, or for push "not yet", and the same `auth_session` may be
        tried again. Scope: create:me:authentication_methods.
        """
        said = {"otp_code": code, "authn_response": passkey}
        body = {"auth_session": auth_session, **{k: v for k, v in said.items() if v is not None}}
        answer = self._write(Call.VERIFY, "POST", f"{self._own(location)}/verify", body)
        return _read(lambda: parsers.method_from_json(json_of(answer)), Call.VERIFY)

    def delete(self, method_id: str) -> None:
        """One write. Scope: delete:me:authentication_methods."""
        self._write(Call.DELETE, "DELETE", self._address(method_id))

    def list_factors(self) -> tuple[Kind, ...]:
        """List what the tenant offers; reads are not counted here. Scope: read:me:factors."""
        answer = self._checked(Call.READ, self._sent(Call.READ, "GET", self.tenant.url("/me/v1/factors")))
        return _read(lambda: parsers.kinds_from_json(json_of(answer)), Call.READ)

    # How a call is made

    def _write(self, call: Call, method: str, url: str, body: Any = None) -> Response:
        """Reserve before the call; an answer settles it, and so does a call that was never sent."""
        reserved_at = self.meter.reserve()
        try:
            with http.checked_before_writes(self.check):
                answer = self._sent(call, method, url, body)
        except TenantError as error:
            if error.code in UNSENT:
                self.meter.settle(reserved_at, None)
            raise
        self.meter.settle(reserved_at, rate_limit_from_headers(answer))
        return self._checked(call, answer)

    def _sent(self, call: Call, method: str, url: str, body: Any = None) -> Response:
        try:
            return self.client.request(method, url, json=body, headers=self._headers)
        except TransportError as error:
            raise from_transport(error, outcome_if_lost(call)) from None

    def _checked(self, call: Call, answer: Response) -> Response:
        if answer.status_code != SUCCESS[call]:
            raise error_from_response(answer, call)
        return answer

    # Where things are

    def _location(self, answer: Response) -> str:
        """Take the answer's Location as it is: encoded, and for a passkey the only address there is."""
        said = answer.headers.get("location")
        if said:
            return self._own(said)
        return self._address(str(json_of(answer)["id"]))

    def _own(self, location: str) -> str:
        """Keep the path alone: the person's token, and a code, go to this tenant and nowhere else."""
        path = urlsplit(location).path
        if not path.startswith(f"{COLLECTION}/"):
            raise ShapeError("a location elsewhere")
        return self.tenant.url(path)

    def _address(self, method_id: str) -> str:
        return self.tenant.url(f"{COLLECTION}/{quote(method_id, safe='')}")


def _read(read: Callable[[], T], call: Call) -> T:
    try:
        return read()
    except UNREADABLE as error:
        logger.warning("An answer of the My Account API could not be read: %s", type(error).__name__)
        raise TenantError(Problem.GARBAGE, outcome_if_lost(call)) from None


def my_account_for(sub: str, token: str) -> MyAccountGateway:
    """Open the My Account API for a person; each write is reserved first, or raises `RateLimited`.

    Nothing is written to an account that is locked by the time the call is sent.
    """
    return MyAccountGateway.current(token, SharedRateLimiter(sub), partial(check_not_locked, sub))
