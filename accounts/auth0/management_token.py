"""The Management API's access token: one per fleet, encrypted in the shared cache, renewed before it ends."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from django.utils import timezone

from accounts.auth0.answers import json_or_none
from accounts.auth0.cache import drop, store
from accounts.auth0.cache_outage import outage
from accounts.auth0.client_assertion import client_proof
from accounts.auth0.encryption import decrypt, encrypt
from accounts.auth0.errors import Certainty, Problem, TenantError, from_answer, from_transport
from accounts.auth0.http import Client, Response, TransportError
from accounts.auth0.read_through import Entry, ReadThrough, moment_from
from accounts.auth0.tenant import ClientCredentials, Tenant, is_access_token

# The shape of what is cached; another shape gets another number.
VERSION = 2
# A token this close to its end is renewed by one of the workers while the others still use it.
RENEW_BEFORE = timedelta(minutes=10)
# A token this close to its end is not used any more: clocks differ, and calls take time.
DEAD_BEFORE = timedelta(seconds=30)


@dataclass(frozen=True)
class Token:
    value: str
    expires_at: datetime
    # What the tenant said it granted; not kept in the cache, for no page asks.
    scopes: frozenset[str] | None = None

    def __repr__(self) -> str:
        return f"Token(expires_at={self.expires_at.isoformat()})"

    def lives(self, margin: timedelta) -> bool:
        return self.expires_at - timezone.now() > margin


# The latest ones, for while the cache is down: Auth0 meters tokens, and every call would ask for its own.
own_tokens: dict[str, Entry[Token]] = {}


class TokenProvider(ReadThrough[Token]):
    """Call `token` for every request; the tenant is asked once a day for the whole fleet."""

    def __init__(self, tenant: Tenant, credentials: ClientCredentials, http: Client) -> None:
        self.tenant = tenant
        self.credentials = credentials
        self.http = http
        # The secret's digest is in it, so that a changed secret is noticed at once.
        facts = (
            f"{tenant.origin}|{credentials.client_id}|{credentials.client_secret}{credentials.assertion_key}"
        )
        super().__init__(f"enrollment:token:{VERSION}:{hashlib.sha256(facts.encode()).hexdigest()[:32]}")

    def token(self) -> str:
        """Return a token that lives; raises `TenantError`, for some seconds without asking again."""
        try:
            return self.get(lambda entry: entry.value.lives(DEAD_BEFORE)).value.value
        except TenantError:
            # One that is to be renewed soon serves to its end.
            if not (entry := self.known()):
                raise
            return entry.value.value

    def drop(self, value: str) -> None:
        """Forget a token that was refused, unless somebody has put another in its place already."""
        entry = self.known()
        if entry and entry.value.value == value:
            own_tokens.pop(self.key, None)
            drop(self.key)

    def known(self) -> Entry[Token] | None:
        return super().known() or (self._own() if outage.is_on else None)

    def _own(self) -> Entry[Token] | None:
        entry = own_tokens.get(self.key)
        return entry if entry and entry.value.lives(DEAD_BEFORE) else None

    def is_fresh(self, entry: Entry[Token]) -> bool:
        return entry.value.lives(RENEW_BEFORE)

    def keep(self, entry: Entry[Token]) -> None:
        own_tokens[self.key] = entry
        left = entry.value.expires_at - DEAD_BEFORE - timezone.now()
        store(self.key, self.dump(entry), max(0.0, left.total_seconds()))

    def dump_value(self, value: Token) -> Any:
        return encrypt(json.dumps([value.value, value.expires_at.isoformat()]))

    def load_value(self, stored: Any) -> Token:
        value, expires_at = json.loads(decrypt(stored) or "null")
        return Token(value, moment_from(expires_at))

    def load(self, stored: Any) -> Entry[Token] | None:
        entry = super().load(stored)
        return entry if entry and entry.value.lives(DEAD_BEFORE) else None

    def read(self) -> Token:
        if not self.credentials.is_complete:
            raise TenantError(Problem.NOT_CONFIGURED)
        try:
            answer = self.http.post(self.tenant.url("/oauth/token"), data=self._form())
        except TransportError as error:
            # No change of the person's hangs on this call, so nothing can have been done.
            raise from_transport(error, Certainty.NOT_DONE) from None
        return _read(answer)

    def _form(self) -> dict[str, str]:
        return {
            "grant_type": "client_credentials",
            "client_id": self.credentials.client_id,
            **client_proof(self.credentials, self.tenant),
            "audience": self.tenant.audience_management,
        }


def _read(answer: Response) -> Token:
    if answer.status_code != HTTPStatus.OK:
        error = from_answer(answer.status_code, answer.headers, json_or_none(answer), Certainty.NOT_DONE)
        known = {Problem.RATE_LIMITED, Problem.OUT_OF_ORDER, Problem.GARBAGE}
        code = error.code if error.code in known else Problem.CREDENTIALS
        raise TenantError(code, status=error.status, retry_after=error.retry_after, detail=error.detail)
    body = json_or_none(answer)
    try:
        lifetime = timedelta(seconds=float(body["expires_in"]))
        return Token(_usable(body["access_token"]), timezone.now() + lifetime, _scopes(body.get("scope")))
    except (KeyError, TypeError, ValueError, OverflowError):
        raise TenantError(Problem.GARBAGE, status=answer.status_code) from None


def _usable(value: Any) -> str:
    if not is_access_token(value):
        raise ValueError("no access token")
    return str(value)


def _scopes(granted: Any) -> frozenset[str] | None:
    return frozenset(granted.split()) if isinstance(granted, str) else None
