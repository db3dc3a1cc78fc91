"""The Management API's access token: one per fleet, sealed in the shared cache, renewed before it ends."""

import hashlib
import json
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from django.core.cache import cache
from django.utils import timezone

from accounts.auth0.encryption import decrypt, encrypt
from accounts.auth0.errors import Certainty, Problem, TenantError, from_answer, from_transport
from accounts.auth0.http import Client, Response, TransportError, json_or_none
from accounts.auth0.tenant import ClientCredentials, Tenant, is_access_token

# A token this close to its end is renewed by one of the workers while the others still use it.
RENEW_BEFORE = timedelta(minutes=10)
# A token this close to its end is not used any more: clocks differ, and calls take time.
DEAD_BEFORE = timedelta(seconds=30)
LOCK_SECONDS = 15
WAIT_SECONDS = 3.0
LOOK_EVERY_SECONDS = 0.05


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


class TokenProvider:
    """Call `get` for every request; it asks the tenant once a day for the whole fleet, not once a process."""

    def __init__(self, tenant: Tenant, credentials: ClientCredentials, http: Client) -> None:
        self.tenant = tenant
        self.credentials = credentials
        self.http = http
        # The secret's digest is in it, so that a changed secret is noticed at once.
        facts = f"{tenant.origin}|{credentials.client_id}|{credentials.client_secret}"
        self.key = f"enrollment:token:{hashlib.sha256(facts.encode()).hexdigest()[:32]}"

    def get(self) -> str:
        """Return a token that lives; somebody else's renewal is waited for, but not for ever."""
        token = self._kept()
        if token and token.lives(RENEW_BEFORE):
            return token.value
        if cache.add(self._lock, 1, LOCK_SECONDS):
            try:
                return self._renew().value
            finally:
                cache.delete(self._lock)
        if token and token.lives(DEAD_BEFORE):
            return token.value
        return self._awaited() or self._renew().value

    def renewed(self) -> Token:
        """Ask for a new token now, past the cache, and keep it for everybody."""
        return self._renew()

    def drop(self, value: str) -> None:
        """Forget a token that was refused, unless somebody has put another in its place already."""
        token = self._kept()
        if token and token.value == value:
            cache.delete(self.key)

    @property
    def _lock(self) -> str:
        return f"{self.key}:lock"

    def _awaited(self) -> str | None:
        deadline = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < deadline:
            time.sleep(LOOK_EVERY_SECONDS)
            token = self._kept()
            if token and token.lives(DEAD_BEFORE):
                return token.value
        return None

    def _kept(self) -> Token | None:
        text = decrypt(cache.get(self.key) or "")
        if text is None:
            return None
        value, expires_at = json.loads(text)
        token = Token(value, datetime.fromisoformat(expires_at))
        return token if token.lives(DEAD_BEFORE) else None

    def _renew(self) -> Token:
        token = self._asked()
        sealed = encrypt(json.dumps([token.value, token.expires_at.isoformat()]))
        lifetime = token.expires_at - timezone.now()
        if lifetime > DEAD_BEFORE:
            cache.set(self.key, sealed, int(lifetime.total_seconds()))
        return token

    def _asked(self) -> Token:
        if not (self.credentials.client_id and self.credentials.client_secret):
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
            "client_secret": self.credentials.client_secret,
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
