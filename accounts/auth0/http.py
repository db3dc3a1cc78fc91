"""The one HTTP client for the tenant: deadlines, size limit, breaker and few retries that no caller can omit.

Certificates are checked against certifi's list, or the file that SSL_CERT_FILE names instead.
"""

import atexit
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from itertools import count
from typing import cast
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx
from httpx import (
    Client,
    ConnectError,
    ConnectTimeout,
    Headers,
    HTTPError,
    PoolTimeout,
    Response,
    TimeoutException,
    TransportError,
)

from accounts import conf
from accounts.auth0.answers import retry_after_seconds
from accounts.auth0.breaker import Breaker, api_of
from accounts.auth0.network import DeadlineBackend, deadline_in, seconds_left
from accounts.auth0.rate_limit_transport import HeldBackError, RateLimitTransport
from accounts.auth0.tenant import current_tenant, is_loopback

# What others need of httpx: it is imported here alone.
__all__ = [
    "Client",
    "ConnectError",
    "ConnectTimeout",
    "HTTPError",
    "Headers",
    "HeldBackError",
    "PoolTimeout",
    "Response",
    "TimeoutException",
    "TransportError",
]

TRIES = 3
FIRST_PAUSE_SECONDS = 0.2
JITTER = 0.2
# A hundred of Auth0's largest records are a tenth of this.
LARGEST_ANSWER = 2_000_000
READS = frozenset({"GET", "HEAD"})
# The answer broke off: what only reads may ask again. A timeout is not here, for it cost its time already.
BROKEN_OFF = (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError)

# An extension of a request that is made though the breaker is open: a sign-in that has come back.
INSIST = "insist"

Answer = httpx.Response | httpx.TransportError

_check: ContextVar[Callable[[], None]] = ContextVar("check_before_writes", default=lambda: None)


@contextmanager
def checked_before_writes(check: Callable[[], None]) -> Iterator[None]:
    """Call `check` right before each try of a write, the later ones too: it raises what holds it back."""
    token = _check.set(check)
    try:
        yield
    finally:
        _check.reset(token)


class TooLargeError(httpx.TransportError):
    """The answer is larger than anything of Auth0's, and was not read to its end."""


class BreakerOpenError(httpx.ConnectError):
    """The tenant's API has been failing, and was not asked; nothing was sent."""


class BreakerTransport(httpx.BaseTransport):
    """Makes no call to an API that has been failing for all; a refusal is an answer, and no failure."""

    def __init__(self, inner: httpx.BaseTransport) -> None:
        self.inner = inner

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if (seconds_left() or 1) <= 0:
            # Said of us, and not of the tenant.
            raise httpx.ConnectTimeout("deadline", request=request)
        breaker = Breaker(request.url.netloc.decode(), api_of(request.url.path))
        if not breaker.lets_through() and not request.extensions.get(INSIST):
            raise BreakerOpenError("the breaker is open", request=request)
        try:
            response = self.inner.handle_request(request)
        except httpx.TransportError as error:
            of_ours = isinstance(error, TooLargeError | HeldBackError)
            (breaker.learned_nothing if of_ours else breaker.failed)()
            raise
        except Exception:
            # What was checked before a write holds it back.
            breaker.learned_nothing()
            raise
        (breaker.failed if response.is_server_error else breaker.succeeded)()
        return response

    def close(self) -> None:
        self.inner.close()


class RetryTransport(httpx.BaseTransport):
    """Tries again where that is harmless and soon, within one deadline for the whole call.

    It pauses for `budget` seconds at most, and the call ends after that, a connection and an answer.
    """

    def __init__(
        self,
        inner: httpx.BaseTransport,
        timeout: httpx.Timeout,
        budget: float,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self.inner = inner
        self.timeout = timeout.as_dict()
        self.budget = budget
        self.deadline = budget + (timeout.connect or 0) + (timeout.read or 0)
        self.pause = pause

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.extensions["timeout"] = self.timeout
        # Unpacked, a small answer may fill the memory.
        request.headers["Accept-Encoding"] = "identity"
        with deadline_in(self.deadline):
            answer = self._try_repeatedly(request)
        if isinstance(answer, httpx.TransportError):
            raise answer
        return answer

    def _try_repeatedly(self, request: httpx.Request) -> Answer:
        budget = self.budget
        for attempt in count(1):
            answer = self._try(request)
            wait = retry_delay(request.method, answer, attempt)
            if wait is None or wait > min(budget, seconds_left() or 0) or attempt == TRIES:
                return answer
            budget -= wait
            self.pause(wait)
        raise AssertionError

    def _try(self, request: httpx.Request) -> Answer:
        """Make one try and read the whole answer, so that a body cut short counts as a failed try."""
        if (seconds_left() or 0) <= 0:
            # Not sent at all, so nothing can have been done.
            return httpx.ConnectTimeout("deadline", request=request)
        if request.method not in READS:
            _check.get()()
        try:
            return _read_whole(request, self.inner.handle_request(request))
        except httpx.TransportError as error:
            return error

    def close(self) -> None:
        self.inner.close()


def _read_whole(request: httpx.Request, response: httpx.Response) -> httpx.Response:
    """Return the answer with its body, without cookies: they would go along with the next person's call."""
    try:
        if response.headers.get("content-encoding", "identity").lower() != "identity":
            raise httpx.RemoteProtocolError("packed, though that was not accepted")
        body = bytearray()
        for chunk in cast(httpx.SyncByteStream, response.stream):
            body += chunk
            if len(body) > LARGEST_ANSWER:
                raise TooLargeError("too large")
    finally:
        response.close()
    headers = [(name, value) for name, value in response.headers.raw if name.lower() != b"set-cookie"]
    return httpx.Response(
        response.status_code,
        headers=headers,
        content=bytes(body),
        request=request,
        extensions=response.extensions,
    )


def retry_delay(method: str, answer: Answer, attempt: int) -> float | None:
    """Say how many seconds to wait before trying again, or None where it must not or need not be tried again.

    Nothing was sent, or a 429 refused it before any work: any method may. Anything else may have been carried
    out, so only what reads is repeated.
    """
    if isinstance(answer, httpx.TransportError):
        again = isinstance(answer, httpx.ConnectError) or (method in READS and isinstance(answer, BROKEN_OFF))
        return _backoff(attempt) if again else None
    refused = answer.status_code == httpx.codes.TOO_MANY_REQUESTS
    if refused or (method in READS and answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR):
        asked = retry_after_seconds(answer.headers) if refused else None
        return _backoff(attempt) if asked is None else asked + _backoff(1)
    return None


def _backoff(attempt: int) -> float:
    """Grow with each attempt, and spread, so that many workers do not come back at the same instant."""
    spread = 1 + random.uniform(-JITTER, JITTER)  # noqa: S311 - not a secret
    return spread * FIRST_PAUSE_SECONDS * 2.0 ** (attempt - 1)


def client() -> httpx.Client:
    """Return the process's client for the tenant; threads share it and its connections."""
    proxy = proxy_for(current_tenant().origin)
    return _client(proxy, conf.connect_timeout(), conf.read_timeout(), conf.retry_budget())


@cache
def _client(proxy: str | None, connect: float, read: float, budget: float) -> httpx.Client:
    timeout = httpx.Timeout(read, connect=connect)
    inner = httpx.HTTPTransport(proxy=proxy)
    # httpx hands no network through to httpcore, where it is an ordinary argument.
    inner._pool._network_backend = DeadlineBackend()  # noqa: SLF001
    transport = BreakerTransport(RetryTransport(RateLimitTransport(inner), timeout, budget))
    # No redirect of the tenant's is followed: tokens and codes would go with it to another host.
    made = httpx.Client(timeout=timeout, transport=transport, follow_redirects=False)
    atexit.register(made.close)
    return made


def proxy_for(origin: str) -> str | None:
    """Return the environment's proxy, which httpx leaves aside where it is given a transport."""
    scheme, host = urlsplit(origin).scheme, urlsplit(origin).netloc
    if is_loopback(host) or proxy_bypass(host):
        return None
    return getproxies().get(scheme)
