"""Counts the calls to the Management API, whose limit is the whole tenant's, and holds back what can wait."""

import httpx

from accounts.auth0.answers import RateLimitHeaders, rate_limit_headers, retry_after_seconds
from accounts.auth0.breaker import Api, api_of
from accounts.auth0.management_limiter import Held, ManagementLimiter

# An answer that names no limit comes from something that has none.
NO_LIMIT = RateLimitHeaders(1_000_000, 1_000_000, 0.0)
# A refusal that does not say for how long.
USUAL_WAIT_SECONDS = 1.0


class HeldBackError(httpx.TransportError):
    """The call was not sent, so that others have room; it may be made at `opens_at`, in seconds."""

    def __init__(self, opens_at: float, request: httpx.Request) -> None:
        super().__init__("held back", request=request)
        self.opens_at = opens_at


class RateLimitTransport(httpx.BaseTransport):
    """Goes around each single try, since each one counts at the tenant."""

    def __init__(self, inner: httpx.BaseTransport) -> None:
        self.inner = inner

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if api_of(request.url.path) is not Api.MANAGEMENT:
            return self.inner.handle_request(request)
        limiter = ManagementLimiter(request.url.netloc.decode())
        try:
            taken_at = limiter.take(request.url.path)
        except Held as held:
            raise HeldBackError(held.opens_at, request) from None
        try:
            response = self.inner.handle_request(request)
        except Exception:
            limiter.answered(taken_at, None)
            raise
        _learn(limiter, taken_at, response)
        return response

    def close(self) -> None:
        self.inner.close()


def _learn(limiter: ManagementLimiter, taken_at: float, response: httpx.Response) -> None:
    if response.status_code == httpx.codes.TOO_MANY_REQUESTS:
        asked = retry_after_seconds(response.headers)
        limiter.refused(taken_at, USUAL_WAIT_SECONDS if asked is None else asked)
        return
    told = rate_limit_headers(response.headers)
    limiter.answered(taken_at, told or (NO_LIMIT if response.is_success else None))
