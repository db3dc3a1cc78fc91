"""The one doorway for HTTP to the tenant: timeouts that no caller can omit, few and short retries."""

import atexit
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from email.utils import parsedate_to_datetime
from functools import cache
from itertools import count
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx
from django.utils import timezone

from accounts import conf
from accounts.auth0.tenant import current_tenant, is_loopback

TRIES = 3
FIRST_PAUSE_SECONDS = 0.2
LONGEST_WAIT_SECONDS = 24 * 3600.0
JITTER = 0.2
# Auth0's deepest answers, options of a passkey, have four.
MOST_LEVELS = 16
READS = frozenset({"GET", "HEAD"})
# The answer broke off: what only reads may ask again. A timeout is not here, for it cost its time already.
BROKEN_OFF = (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError)

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


class RetryTransport(httpx.BaseTransport):
    """Tries again where that is harmless and soon; one call waits no longer in all than `budget` seconds."""

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
        self.pause = pause

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.extensions["timeout"] = self.timeout
        left = self.budget
        for attempt in count(1):
            answer = self._try(request)
            wait = retry_delay(request.method, answer, attempt)
            if wait is None or wait > left or attempt == TRIES:
                break
            left -= wait
            self.pause(wait)
        if isinstance(answer, httpx.TransportError):
            raise answer
        return answer

    def _try(self, request: httpx.Request) -> Answer:
        """Make one try and read the whole answer, so that a body cut short counts as a failed try."""
        if request.method not in READS:
            _check.get()()
        try:
            response = self.inner.handle_request(request)
            response.request = request
            response.read()
        except httpx.TransportError as error:
            return error
        except httpx.DecodingError:
            return httpx.RemoteProtocolError("undecodable")
        return response

    def close(self) -> None:
        self.inner.close()


def json_of(answer: httpx.Response) -> Any:
    """Read an answer's JSON; a ValueError where it is none, or nested deeper than anything of Auth0's.

    What the parser can just read is too deep for whatever walks through it later, and overflows the stack.
    """
    try:
        found = answer.json()
    except RecursionError:
        raise ValueError("nested without end") from None
    if not _is_shallow(found, MOST_LEVELS):
        raise ValueError("nested too deep")
    return found


def _is_shallow(value: Any, levels: int) -> bool:
    if not isinstance(value, dict | list):
        return True
    members = value.values() if isinstance(value, dict) else value
    return levels > 0 and all(_is_shallow(member, levels - 1) for member in members)


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


def retry_after_seconds(headers: httpx.Headers) -> float | None:
    """How long a 429 asks to stay away, a day at most: what is longer is no time that anybody meant."""
    asked = _asked_for(headers)
    return None if asked is None else min(asked, LONGEST_WAIT_SECONDS)


def _asked_for(headers: httpx.Headers) -> float | None:
    """Read Retry-After (RFC 9110, 10.2.3), else Auth0's x-ratelimit-reset."""
    now = timezone.now().timestamp()
    after, reset = headers.get("retry-after", ""), headers.get("x-ratelimit-reset", "")
    if after.isdecimal():
        return float(after)
    try:
        return max(0.0, parsedate_to_datetime(after).timestamp() - now)
    except ValueError:
        return max(0.0, float(reset) - now) if reset.isdecimal() else None


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
    transport = RetryTransport(inner, timeout, budget)
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
